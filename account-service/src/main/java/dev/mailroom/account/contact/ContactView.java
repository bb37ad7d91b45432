package dev.mailroom.account.contact;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A contact as it is answered. What is not known is null or an empty list.
 *
 * @param emails the first is the one to write to
 * @param createdBy the user who added or imported it
 */
public record ContactView(
        UUID id,
        @Nullable String name,
        @Nullable String firstName,
        @Nullable String lastName,
        List<String> emails,
        List<String> phones,
        @Nullable String company,
        @Nullable String jobTitle,
        @Nullable String notes,
        UUID createdBy,
        Instant createdAt,
        Instant updatedAt) {

    static ContactView of(ContactRow row) {
        return new ContactView(
                row.id,
                known(row.name),
                known(row.firstName),
                known(row.lastName),
                List.of(row.emails),
                List.of(row.phones),
                known(row.company),
                known(row.jobTitle),
                known(row.notes),
                row.createdBy,
                row.createdAt,
                row.updatedAt);
    }

    private static @Nullable String known(String text) {
        return text.isEmpty() ? null : text;
    }
}
