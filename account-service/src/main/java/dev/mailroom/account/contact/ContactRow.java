package dev.mailroom.account.contact;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A contact as it is stored. Read only: {@link ContactRepository} writes contacts in bulk. */
@Entity
@Immutable
@Table(name = "contacts")
class ContactRow {
    @Id
    UUID id;

    @Column
    UUID organizationId;

    @Column
    String name;

    @Column
    String firstName;

    @Column
    String lastName;

    @Column
    String[] emails;

    @Column
    String[] phones;

    @Column
    String company;

    @Column
    String jobTitle;

    @Column
    String notes;

    @Column
    String sortKey;

    @Column
    @Nullable
    UUID importId;

    @Column
    UUID createdBy;

    @Column
    Instant createdAt;

    @Column
    Instant updatedAt;

    ContactRow() {}

    ContactForm form() {
        List<EmailAddress> addresses = Arrays.stream(emails)
                .flatMap(email -> EmailAddress.of(email).stream())
                .toList();
        return new ContactForm(name, firstName, lastName, addresses, List.of(phones), company, jobTitle, notes);
    }
}
