package dev.mailroom.account.contact;

import com.fasterxml.uuid.NoArgGenerator;
import dev.mailroom.account.contact.ContactRepository.Saved;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/** Decides for the rows of one transaction what becomes of each: a new contact, a change of one that is there, or nothing. */
final class ImportBatch {
    private final UUID importId;
    private final OnDuplicate onDuplicate;
    private final NoArgGenerator ids;
    private final Map<String, UUID> ownerOf = new HashMap<>();
    private final Map<UUID, Saved> contacts = new HashMap<>();
    private final Map<UUID, Saved> changed = new LinkedHashMap<>();
    private final List<RowError> errors = new ArrayList<>();
    private int imported;
    private int updated;
    private int skipped;
    private int duplicatesInFile;
    private int failed;

    ImportBatch(UUID importId, OnDuplicate onDuplicate, NoArgGenerator ids) {
        this.importId = importId;
        this.onDuplicate = onDuplicate;
        this.ids = ids;
    }

    /** @param errors of the rows that failed */
    record Counts(int imported, int updated, int skipped, int duplicatesInFile, int failed, List<RowError> errors) {}

    /** A contact that already has one of the keys of the rows. */
    void knows(String key, Saved contact) {
        ownerOf.put(key, contact.id());
        contacts.put(contact.id(), contact);
    }

    void take(FileRow row) {
        if (row.blank()) {
            return;
        }
        if (!row.errors().isEmpty()) {
            fail(row.errors());
            return;
        }
        List<String> keys = row.form().importKeys();
        List<UUID> owners = keys.stream()
                .flatMap(key -> Stream.ofNullable(ownerOf.get(key)))
                .distinct()
                .toList();
        if (owners.isEmpty()) {
            imported++;
            write(new Saved(ids.generate(), row.form(), importId));
        } else if (onDuplicate == OnDuplicate.SKIP) {
            skip(owners);
        } else if (owners.size() > 1) {
            fail(List.of(new RowError(row.line(), null, "has addresses of more than one contact")));
        } else {
            update(row, contact(owners.getFirst()));
        }
    }

    /** What is to be written, each contact once. */
    Collection<Saved> changed() {
        return changed.values();
    }

    Counts counts() {
        return new Counts(imported, updated, skipped, duplicatesInFile, failed, errors);
    }

    private void update(FileRow row, Saved contact) {
        ContactForm form = contact.form().updatedWith(row.form());
        if (form.isTooWide()) {
            fail(List.of(new RowError(
                    row.line(),
                    null,
                    "would give a contact more than " + ContactForm.EMAILS_MAX + " addresses or "
                            + ContactForm.PHONES_MAX + " phone numbers")));
        } else if (form.equals(contact.form())) {
            skip(List.of(contact.id()));
        } else {
            updated++;
            write(new Saved(contact.id(), form, contact.importId()));
        }
    }

    private void skip(List<UUID> owners) {
        skipped++;
        duplicatesInFile +=
                owners.stream().anyMatch(owner -> importId.equals(contact(owner).importId())) ? 1 : 0;
    }

    private void fail(List<RowError> why) {
        failed++;
        errors.addAll(why);
    }

    private void write(Saved contact) {
        contacts.put(contact.id(), contact);
        changed.put(contact.id(), contact);
        contact.form().importKeys().forEach(key -> ownerOf.put(key, contact.id()));
    }

    private Saved contact(UUID id) {
        return Objects.requireNonNull(contacts.get(id));
    }
}
