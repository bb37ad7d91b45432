package dev.mailroom.account.contact;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an import would read. Nothing is saved.
 *
 * @param delimiter the character itself
 * @param columns in the order of the file
 * @param rows of the file, without the headings
 * @param sample the first 20 rows that can be read
 * @param checkedRows rows from the start of the file whose faults were looked for
 * @param failed how many of them cannot be read
 * @param errors what is wrong with the first of them, at most 100
 */
public record PreviewView(
        String charset,
        String delimiter,
        List<String> header,
        List<Column> columns,
        int rows,
        List<Sample> sample,
        int checkedRows,
        int failed,
        List<RowError> errors) {

    /**
     * @param number the first is 1
     * @param field what it becomes; {@code ignore} if it is left out
     */
    public record Column(int number, String heading, String field) {}

    /** @param line where the row begins */
    public record Sample(
            long line,
            @Nullable String name,
            @Nullable String firstName,
            @Nullable String lastName,
            List<String> emails,
            List<String> phones,
            @Nullable String company,
            @Nullable String jobTitle,
            @Nullable String notes) {

        static Sample of(FileRow row) {
            ContactForm form = row.form();
            return new Sample(
                    row.line(),
                    known(form.name()),
                    known(form.firstName()),
                    known(form.lastName()),
                    form.emails().stream().map(EmailAddress::text).toList(),
                    form.phones(),
                    known(form.company()),
                    known(form.jobTitle()),
                    known(form.notes()));
        }

        private static @Nullable String known(String text) {
            return text.isEmpty() ? null : text;
        }
    }
}
