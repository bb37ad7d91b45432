package dev.mailroom.account.contact;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A row of a file, read.
 *
 * @param line where it begins
 * @param form what it says, as far as it could be read
 * @param errors empty if it can be saved
 * @param blank whether it has nothing in any column
 */
record FileRow(long line, ContactForm form, List<RowError> errors, boolean blank) {
    /** Between the values of one cell, as address books write them. */
    private static final Pattern BETWEEN_VALUES = Pattern.compile("\\s*(?::::|[;,\\n])\\s*");

    private static final Pattern BETWEEN_PHONES = Pattern.compile("\\s*(?::::|[;\\n])\\s*");

    /** {@code Ana <ana@example.com>}. */
    private static final Pattern NAMED_ADDRESS = Pattern.compile("[^<>]*<([^<>]+)>");

    static FileRow of(long line, List<String> cells, Columns columns) {
        List<RowError> errors = new ArrayList<>();
        Map<ContactField, List<String>> values = new EnumMap<>(ContactField.class);
        Map<ContactField, String> from = new EnumMap<>(ContactField.class);
        boolean blank = true;
        for (int i = 0; i < cells.size(); i++) {
            String cell = FormulaGuard.unguarded(cells.get(i).strip());
            if (cell.isEmpty()) {
                continue;
            }
            blank = false;
            if (i >= columns.size()) {
                errors.add(new RowError(
                        line,
                        null,
                        "has more cells than the " + columns.size()
                                + " columns of the file; is there a delimiter in a cell without quotes?"));
                break;
            }
            if (cell.length() > ImportLimits.CELL_MAX_CHARACTERS) {
                errors.add(new RowError(
                        line,
                        columns.nameOf(i),
                        "must have at most " + ImportLimits.CELL_MAX_CHARACTERS + " characters"));
                continue;
            }
            ContactField field = columns.fields().get(i);
            values.computeIfAbsent(field, _ -> new ArrayList<>()).add(cell);
            from.putIfAbsent(field, columns.nameOf(i));
        }
        ContactForm form = form(
                values,
                (field, message) ->
                        errors.add(new RowError(line, from.getOrDefault(field, field.wireName()), message)));
        if (!blank && errors.isEmpty() && form.isEmpty()) {
            errors.add(new RowError(line, null, "has neither a name nor an address, a phone number or a company"));
        }
        return new FileRow(line, form, errors, blank);
    }

    private interface Faults {
        void add(ContactField field, String message);
    }

    private static ContactForm form(Map<ContactField, List<String>> values, Faults faults) {
        String first = line(ContactField.FIRST_NAME, values, faults);
        String middle = line(ContactField.MIDDLE_NAME, values, faults);
        String last = line(ContactField.LAST_NAME, values, faults);
        String name = line(ContactField.NAME, values, faults);
        List<String> emails = values.getOrDefault(ContactField.EMAIL, List.of()).stream()
                .flatMap(BETWEEN_VALUES::splitAsStream)
                .filter(value -> !value.isEmpty())
                .map(FileRow::bareAddress)
                .toList();
        List<String> phones = values.getOrDefault(ContactField.PHONE, List.of()).stream()
                .flatMap(BETWEEN_PHONES::splitAsStream)
                .toList();
        return new ContactForm(
                name.isEmpty() ? joined(joined(first, middle), last) : name,
                first,
                last,
                check(ContactField.EMAIL, faults).emails("email", emails),
                check(ContactField.PHONE, faults).phones("phone", phones),
                line(ContactField.COMPANY, values, faults),
                line(ContactField.JOB_TITLE, values, faults),
                check(ContactField.NOTES, faults)
                        .lines("notes", String.join("\n", values.getOrDefault(ContactField.NOTES, List.of()))));
    }

    private static String line(ContactField field, Map<ContactField, List<String>> values, Faults faults) {
        List<String> all = values.getOrDefault(field, List.of());
        return all.isEmpty() ? "" : check(field, faults).line(field.wireName(), all.getFirst());
    }

    private static ContactFormCheck check(ContactField field, Faults faults) {
        return new ContactFormCheck((_, message) -> faults.add(field, message));
    }

    private static String bareAddress(String value) {
        var named = NAMED_ADDRESS.matcher(value);
        return named.matches() ? named.group(1) : value;
    }

    private static String joined(String first, String second) {
        return (first + " " + second).strip();
    }
}
