package dev.mailroom.account.contact;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.mailroom.http.BodyLimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A file of contacts on its way in, kept in a temporary file until it is closed, so that it can be read more than once: first to see that
 * it can be read to its end, then to save it.
 */
final class ContactFile implements AutoCloseable {
    private static final int COPY_BUFFER_BYTES = 64 * 1024;

    private final Path path;
    private final ImportOptions options;
    private final byte[] digest;
    private final CsvFormat format;
    private final Columns columns;
    private final int records;

    private ContactFile(
            Path path, ImportOptions options, byte[] digest, CsvFormat format, Columns columns, int records) {
        this.path = path;
        this.options = options;
        this.digest = digest;
        this.format = format;
        this.columns = columns;
        this.records = records;
    }

    /**
     * Takes the whole body and reads it through once.
     *
     * @throws dev.mailroom.http.ProblemException 400, 413 or 422 if it cannot be imported
     */
    static ContactFile receive(InputStream body, ImportOptions options) throws IOException {
        Path path = Files.createTempFile("contacts", ".csv");
        try {
            byte[] digest = copy(body, path, options);
            CsvFormat format = CsvFormat.of(path, options);
            return FileFaults.reading(format.charset(), () -> readThrough(path, options, digest, format));
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    ImportOptions options() {
        return options;
    }

    /** SHA-256 of the bytes and of how they are to be read. */
    byte[] digest() {
        return digest.clone();
    }

    CsvFormat format() {
        return format;
    }

    Columns columns() {
        return columns;
    }

    /** Rows of contacts, with those that have nothing in any column. */
    int records() {
        return records;
    }

    /** The rows, from the first one that is a contact. */
    Rows rows() throws IOException {
        Rows rows = new Rows(format.read(path));
        rows.skip(options.header() ? 1 : 0);
        return rows;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }

    /** A walk through the file. */
    final class Rows implements AutoCloseable {
        private final CsvReader<CsvRecord> reader;
        private final Iterator<CsvRecord> records;

        private Rows(CsvReader<CsvRecord> reader) {
            this.reader = reader;
            this.records = reader.iterator();
        }

        void skip(int count) {
            for (int i = 0; i < count && records.hasNext(); i++) {
                records.next();
            }
        }

        /** At most this many; fewer at the end. */
        List<FileRow> next(int max) {
            List<FileRow> rows = new ArrayList<>();
            while (rows.size() < max && records.hasNext()) {
                CsvRecord record = records.next();
                rows.add(FileRow.of(record.getStartingLineNumber(), record.getFields(), columns));
            }
            return rows;
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }

    private static ContactFile readThrough(Path path, ImportOptions options, byte[] digest, CsvFormat format)
            throws IOException {
        try (CsvReader<CsvRecord> reader = format.read(path)) {
            Iterator<CsvRecord> records = reader.iterator();
            if (!records.hasNext()) {
                FileFaults.requireText(new byte[0]);
            }
            Columns columns = Columns.of(records.next().getFields(), options);
            int count = options.header() ? 0 : 1;
            while (records.hasNext()) {
                records.next();
                count++;
                if (count > ImportLimits.ROWS_MAX) {
                    throw FileFaults.tooManyRows();
                }
            }
            return new ContactFile(path, options, digest, format, columns, count);
        }
    }

    private static byte[] copy(InputStream body, Path path, ImportOptions options) throws IOException {
        MessageDigest sha256 = sha256();
        long count = 0;
        try (InputStream in = new DigestInputStream(body, sha256);
                OutputStream out = Files.newOutputStream(path)) {
            byte[] buffer = new byte[COPY_BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                count += read;
                if (count > ImportLimits.FILE_MAX_BYTES) {
                    throw BodyLimit.tooLarge(ImportLimits.FILE_MAX_BYTES);
                }
                out.write(buffer, 0, read);
            }
        }
        sha256.update(options.described().getBytes(StandardCharsets.UTF_8));
        return sha256.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java runtime", e);
        }
    }
}
