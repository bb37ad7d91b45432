package dev.mailroom.account.contact;

import dev.mailroom.http.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What becomes of the columns of a file: as its headings say in several languages and in the exports of the large programs, unless the
 * sender says otherwise.
 *
 * @param headings as they stand in the file; numbers where it has none
 */
record Columns(List<String> headings, List<ContactField> fields) {
    private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");
    private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}]+");
    private static final Map<String, ContactField> KNOWN = known();
    private static final Set<ContactField> IDENTIFYING = Set.of(
            ContactField.NAME,
            ContactField.FIRST_NAME,
            ContactField.LAST_NAME,
            ContactField.EMAIL,
            ContactField.PHONE,
            ContactField.COMPANY);

    Columns {
        headings = List.copyOf(headings);
        fields = List.copyOf(fields);
    }

    /**
     * @param firstRow the cells of the first row of the file
     * @throws dev.mailroom.http.ProblemException 400 if the mapping names a column that is not there, 422 if no column can be used
     */
    static Columns of(List<String> firstRow, ImportOptions options) {
        List<String> headings = new ArrayList<>();
        for (int i = 0; i < firstRow.size(); i++) {
            headings.add(options.header() ? firstRow.get(i).strip() : Integer.toString(i + 1));
        }
        List<ContactField> fields = new ArrayList<>();
        for (int i = 0; i < headings.size(); i++) {
            fields.add(fieldOf(headings.get(i), i + 1, options));
        }
        requireMapped(headings, options);
        if (fields.stream().noneMatch(IDENTIFYING::contains)) {
            throw FileFaults.noColumn(headings);
        }
        return new Columns(headings, fields);
    }

    int size() {
        return headings.size();
    }

    /** What a person calls the column: its heading, or its number. */
    String nameOf(int index) {
        String heading = headings.get(index);
        return heading.isEmpty() ? Integer.toString(index + 1) : heading;
    }

    private static ContactField fieldOf(String heading, int number, ImportOptions options) {
        Map<String, ContactField> mapping = options.mapping();
        if (mapping.containsKey(heading)) {
            return mapping.getOrDefault(heading, ContactField.IGNORE);
        }
        if (mapping.containsKey(Integer.toString(number))) {
            return mapping.getOrDefault(Integer.toString(number), ContactField.IGNORE);
        }
        return KNOWN.getOrDefault(folded(heading), ContactField.IGNORE);
    }

    private static void requireMapped(List<String> headings, ImportOptions options) {
        for (String column : options.mapping().keySet()) {
            boolean number = column.matches("[1-9][0-9]?") && Integer.parseInt(column) <= headings.size();
            if (!number && !headings.contains(column)) {
                throw Problems.invalid("?mapping", "names a column that the file does not have: " + column);
            }
        }
    }

    /** Headings as the list of the known ones has them: only letters count, without case and accents. */
    private static String folded(String heading) {
        String bare = ACCENTS.matcher(Normalizer.normalize(heading, Normalizer.Form.NFD))
                .replaceAll("");
        return NO_LETTERS.matcher(bare.toLowerCase(Locale.ROOT)).replaceAll(" ").strip();
    }

    private static Map<String, ContactField> known() {
        Properties lists = new Properties();
        try (InputStream file = Columns.class.getResourceAsStream("headings.properties")) {
            if (file == null) {
                throw new IllegalStateException("headings.properties is not beside this class");
            }
            lists.load(new InputStreamReader(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, ContactField> known = new HashMap<>();
        for (String field : lists.stringPropertyNames()) {
            for (String heading : lists.getProperty(field).split(",", -1)) {
                ContactField before = known.put(heading, ContactField.valueOf(field.toUpperCase(Locale.ROOT)));
                if (before != null) {
                    throw new IllegalStateException("two fields are called " + heading);
                }
            }
        }
        return known.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
