package dev.mailroom.account.contact;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the text of a CSV file is written.
 *
 * @param skipBytes a byte order mark
 * @param skipLines 1 for a first line {@code sep=;}, else 0
 */
record CsvFormat(Charset charset, int skipBytes, char delimiter, int skipLines) {
    static final Charset WINDOWS = Charset.forName("windows-1252");

    private static final int SAMPLE_MAX_BYTES = 64 * 1024;
    private static final int SAMPLE_MAX_RECORDS = 20;
    private static final char[] DELIMITERS = {',', ';', '\t'};

    /**
     * Finds out what is not said.
     *
     * @throws IOException if the file cannot be read
     * @throws dev.mailroom.http.ProblemException 400 if it is a workbook
     */
    static CsvFormat of(Path file, ImportOptions options) throws IOException {
        byte[] sample = sample(file);
        FileFaults.requireText(sample);
        int mark = byteOrderMark(sample);
        Charset charset = charset(file, sample, mark, options);
        String text = new String(sample, mark, sample.length - mark, charset);
        String firstLine = text.lines().findFirst().orElse("");
        boolean saysDelimiter = firstLine.length() == 5 && firstLine.startsWith("sep=");
        int skipLines = saysDelimiter ? 1 : 0;
        if (options.delimiter().isPresent()) {
            return new CsvFormat(charset, mark, options.delimiter().get(), skipLines);
        }
        return new CsvFormat(charset, mark, saysDelimiter ? firstLine.charAt(4) : delimiter(text), skipLines);
    }

    /** The records of the file, in order. Closing the reader closes the file. */
    CsvReader<CsvRecord> read(Path file) throws IOException {
        InputStream bytes = Files.newInputStream(file);
        bytes.skipNBytes(skipBytes);
        // Windows-1252 has five bytes without a meaning; a file that uses them is still a file.
        CodingErrorAction onMalformed = charset.equals(WINDOWS) ? CodingErrorAction.REPLACE : CodingErrorAction.REPORT;
        CharsetDecoder decoder =
                charset.newDecoder().onMalformedInput(onMalformed).onUnmappableCharacter(onMalformed);
        CsvReader<CsvRecord> reader =
                records(new BufferedReader(new InputStreamReader(bytes, decoder), SAMPLE_MAX_BYTES), delimiter, false);
        if (skipLines > 0) {
            reader.skipLines(skipLines);
        }
        return reader;
    }

    private static CsvReader<CsvRecord> records(Reader text, char delimiter, boolean cutOff) {
        return CsvReader.builder()
                .fieldSeparator(delimiter)
                .skipEmptyLines(true)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowExtraCharsAfterClosingQuote(true)
                .allowUnclosedQuote(cutOff)
                .maxBufferSize(ImportLimits.RECORD_READ_MAX_CHARACTERS)
                .build(
                        CsvRecordHandler.builder()
                                .maxFields(ImportLimits.COLUMNS_MAX)
                                .maxFieldSize(ImportLimits.CELL_READ_MAX_CHARACTERS)
                                .maxRecordSize(ImportLimits.RECORD_READ_MAX_CHARACTERS)
                                .build(),
                        text);
    }

    private static byte[] sample(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(SAMPLE_MAX_BYTES);
        }
    }

    private static int byteOrderMark(byte[] sample) {
        if (startsWith(sample, 0xef, 0xbb, 0xbf)) {
            return 3;
        }
        return startsWith(sample, 0xff, 0xfe) || startsWith(sample, 0xfe, 0xff) ? 2 : 0;
    }

    private static boolean startsWith(byte[] sample, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (i >= sample.length || (sample[i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private static Charset charset(Path file, byte[] sample, int mark, ImportOptions options) throws IOException {
        if (mark == 3) {
            return StandardCharsets.UTF_8;
        }
        if (mark == 2) {
            return (sample[0] & 0xff) == 0xff ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
        }
        if (options.charset().isPresent()) {
            return options.charset().get();
        }
        Charset wide = wideCharset(sample);
        return wide != null ? wide : isUtf8(file) ? StandardCharsets.UTF_8 : WINDOWS;
    }

    /** UTF-16 without a mark: every other byte of Latin text is 0. */
    private static @Nullable Charset wideCharset(byte[] sample) {
        int[] zeros = new int[2];
        for (int i = 0; i < sample.length; i++) {
            zeros[i & 1] += sample[i] == 0 ? 1 : 0;
        }
        int many = sample.length / 4;
        if (sample.length < 4 || Math.max(zeros[0], zeros[1]) <= many) {
            return null;
        }
        return zeros[1] > zeros[0] ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
    }

    private static boolean isUtf8(Path file) throws IOException {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try (Reader text = new InputStreamReader(Files.newInputStream(file), decoder)) {
            text.transferTo(Writer.nullWriter());
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** The one that gives the most rows as wide as the first, and the widest ones. */
    private static char delimiter(String sample) {
        char best = DELIMITERS[0];
        long bestScore = -1;
        for (char candidate : DELIMITERS) {
            long score = score(sample, candidate);
            if (score > bestScore) {
                best = candidate;
                bestScore = score;
            }
        }
        return best;
    }

    private static long score(String sample, char delimiter) {
        int width = 0;
        int equal = 0;
        try (CsvReader<CsvRecord> records = records(new StringReader(sample), delimiter, true)) {
            Iterator<CsvRecord> rows = records.iterator();
            for (int i = 0; i < SAMPLE_MAX_RECORDS && rows.hasNext(); i++) {
                List<String> cells = rows.next().getFields();
                width = i == 0 ? cells.size() : width;
                equal += cells.size() == width ? 1 : 0;
            }
        } catch (CsvParseException e) {
            return 0;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return width < 2 ? 0 : (long) equal * SAMPLE_MAX_RECORDS + width;
    }
}
