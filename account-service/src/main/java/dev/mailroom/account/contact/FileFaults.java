package dev.mailroom.account.contact;

import de.siegmar.fastcsv.reader.CsvParseException;
import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a file as a whole, in words for whoever sent it. Nothing of it is saved then. */
final class FileFaults {
    /** Zip, which a modern workbook is, and the compound file of the old ones. */
    private static final int[][] WORKBOOKS = {{'P', 'K', 3, 4}, {0xd0, 0xcf, 0x11, 0xe0}};

    private static final Pattern LINE = Pattern.compile("line (\\d+)");

    private FileFaults() {}

    static void requireText(byte[] start) {
        if (start.length == 0) {
            throw invalid("is empty");
        }
        for (int[] workbook : WORKBOOKS) {
            boolean same = start.length >= workbook.length;
            for (int i = 0; same && i < workbook.length; i++) {
                same = (start[i] & 0xff) == workbook[i];
            }
            if (same) {
                throw invalid("is a workbook of a spreadsheet; save it as CSV and send that");
            }
        }
    }

    static ProblemException tooManyRows() {
        return Problems.unprocessable(
                "too-many-rows",
                "The file has more than " + ImportLimits.ROWS_MAX + " rows; send it in parts, nothing of it was saved");
    }

    static ProblemException noColumn(java.util.List<String> header) {
        return Problems.unprocessable(
                        "contact-columns-unknown",
                        "No column is known to be a name, an address, a phone number or a company; say with ?mapping="
                                + " what they are, or ?header=false if the first row is a contact already")
                .with("header", header);
    }

    /** Runs what reads the file; what it cannot read becomes a 400. */
    static <T> T reading(Charset charset, Reading<T> reading) throws IOException {
        try {
            return reading.run();
        } catch (CharacterCodingException e) {
            throw notIn(charset);
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw notIn(charset);
            }
            throw e.getCause();
        } catch (CsvParseException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw notIn(charset);
            }
            throw unreadable(e);
        }
    }

    interface Reading<T> {
        T run() throws IOException;
    }

    private static ProblemException notIn(Charset charset) {
        return invalid(
                "is not in " + charset.name() + "; say its charset with ?charset=, or nothing to have it found out");
    }

    private static ProblemException unreadable(CsvParseException e) {
        String line = lineOf(e);
        return invalid("cannot be read" + line + ": it has more than " + ImportLimits.COLUMNS_MAX
                + " columns, a cell of more than " + ImportLimits.CELL_READ_MAX_CHARACTERS
                + " characters, or a quote that is not closed");
    }

    private static String lineOf(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            Matcher line = LINE.matcher(String.valueOf(cause.getMessage()));
            if (line.find()) {
                return " from line " + line.group(1) + " on";
            }
        }
        return "";
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(400, "invalid-file", "Invalid file", "The file " + message);
    }
}
