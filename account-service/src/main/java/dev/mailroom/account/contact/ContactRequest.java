package dev.mailroom.account.contact;

import dev.mailroom.http.FieldError;
import dev.mailroom.http.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A contact as it is sent. In a change, what is left out stays and an empty text or list takes away.
 *
 * @param name shown; made of first and last name where it is left out
 */
@Schema(
        example = "{\"name\": \"Ana Silva\", \"emails\": [\"ana@example.com\"], \"phones\": [\"+351 21 000 0000\"],"
                + " \"company\": \"Example Lda\", \"notes\": \"Met in Porto\"}")
public record ContactRequest(
        @Nullable String name,
        @Nullable String firstName,
        @Nullable String lastName,
        @Nullable List<String> emails,
        @Nullable List<String> phones,
        @Nullable String company,
        @Nullable String jobTitle,
        @Nullable String notes) {
    private static final ContactForm NOTHING = new ContactForm("", "", "", List.of(), List.of(), "", "", "");

    /** @throws dev.mailroom.http.ProblemException 400 with every fault */
    ContactForm toForm() {
        return changed(NOTHING);
    }

    /** @throws dev.mailroom.http.ProblemException 400 with every fault */
    ContactForm changed(ContactForm before) {
        List<FieldError> errors = new ArrayList<>();
        ContactFormCheck check =
                new ContactFormCheck((field, message) -> errors.add(new FieldError("/" + field, message)));
        requireNoNull("emails", emails, errors);
        requireNoNull("phones", phones, errors);
        if (!errors.isEmpty()) {
            throw Problems.invalid(errors);
        }
        String first = firstName == null ? before.firstName() : check.line("first_name", firstName);
        String last = lastName == null ? before.lastName() : check.line("last_name", lastName);
        ContactForm form = new ContactForm(
                name != null ? check.line("name", name) : renamed(before, first, last),
                first,
                last,
                emails == null ? before.emails() : check.emails("emails", emails),
                phones == null ? before.phones() : check.phones("phones", phones),
                company == null ? before.company() : check.line("company", company),
                jobTitle == null ? before.jobTitle() : check.line("job_title", jobTitle),
                notes == null ? before.notes() : check.lines("notes", notes));
        if (errors.isEmpty() && form.isEmpty()) {
            errors.add(new FieldError("", "must have a name, an address, a phone number or a company"));
        }
        if (!errors.isEmpty()) {
            throw Problems.invalid(errors);
        }
        return form;
    }

    /** A name that was made of its parts is made anew from them; one that was chosen stays. */
    private static String renamed(ContactForm before, String first, String last) {
        String made = (before.firstName() + " " + before.lastName()).strip();
        return before.name().equals(made) ? (first + " " + last).strip() : before.name();
    }

    private static void requireNoNull(String field, @Nullable List<String> values, List<FieldError> errors) {
        if (values != null && values.stream().anyMatch(Objects::isNull)) {
            errors.add(new FieldError("/" + field, "must not hold null"));
        }
    }
}
