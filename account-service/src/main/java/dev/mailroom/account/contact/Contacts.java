package dev.mailroom.account.contact;

import com.fasterxml.uuid.NoArgGenerator;
import dev.mailroom.account.audit.Audit;
import dev.mailroom.account.audit.AuditEntry;
import dev.mailroom.account.contact.ContactRepository.Position;
import dev.mailroom.account.contact.ContactRepository.Saved;
import dev.mailroom.account.organization.Organizations;
import dev.mailroom.account.organization.RequestOnce;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** Contacts one by one and in pages. Every method blocks its virtual thread. */
@ApplicationScoped
class Contacts {
    private final TenantTransactions transactions;
    private final ContactRepository repository;
    private final Organizations organizations;
    private final RequestOnce once;
    private final Audit audit;
    private final NoArgGenerator ids;

    Contacts(
            TenantTransactions transactions,
            ContactRepository repository,
            Organizations organizations,
            RequestOnce once,
            Audit audit,
            NoArgGenerator ids) {
        this.transactions = transactions;
        this.repository = repository;
        this.organizations = organizations;
        this.once = once;
        this.audit = audit;
        this.ids = ids;
    }

    /** @throws dev.mailroom.http.ProblemException 409 {@code address-taken} or {@code idempotency-key-reused} */
    ContactView add(Viewer viewer, ContactForm form, Optional<IdempotencyKey> key) {
        UUID id = ids.generate();
        return transactions.inOrganization(
                viewer.organization(),
                session -> organizations
                        .planOf(session, viewer.organization())
                        .chain(() -> once.once(
                                session,
                                viewer,
                                key,
                                "POST /v1/contacts",
                                form,
                                ContactView.class,
                                () -> write(session, viewer, id, form)
                                        .call(() -> audit.record(
                                                session,
                                                viewer.actor(),
                                                AuditEntry.of("contact.added", "contact", id))))));
    }

    /** @throws dev.mailroom.http.ProblemException 404 */
    ContactView get(Viewer viewer, UUID id) {
        return transactions.inOrganization(
                viewer.organization(), session -> row(session, viewer, id).map(ContactView::of));
    }

    /** @throws dev.mailroom.http.ProblemException 400, 404, 409 {@code address-taken} */
    ContactView change(Viewer viewer, UUID id, ContactRequest request) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> repository
                        .lock(session, viewer.organization())
                        .chain(() -> row(session, viewer, id))
                        .map(ContactRow::form)
                        .invoke(session::clear)
                        .chain(before -> {
                            ContactForm after = request.changed(before);
                            return write(session, viewer, id, after)
                                    .call(() -> audit.record(session, viewer.actor(), changed(id, before, after)));
                        }));
    }

    /** @throws dev.mailroom.http.ProblemException 404, 403 where a member did not add the contact */
    void remove(Viewer viewer, UUID id) {
        transactions.inOrganization(
                viewer.organization(),
                session -> row(session, viewer, id)
                        .invoke(row -> requireRemovable(row, viewer))
                        .chain(() -> repository.delete(session, viewer.organization(), id))
                        .call(() -> audit.record(
                                session, viewer.actor(), AuditEntry.of("contact.removed", "contact", id))));
    }

    List<ContactRow> list(Viewer viewer, Position after, int limit) {
        return transactions.inOrganization(
                viewer.organization(), session -> repository.list(session, viewer.organization(), after, limit));
    }

    List<ContactRow> search(Viewer viewer, String prefix, Position after, int limit) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> repository.search(session, viewer.organization(), prefix, after, limit));
    }

    List<ContactRow> withAddress(Viewer viewer, EmailAddress address, Position after, int limit) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> repository.withAddress(session, viewer.organization(), address.key(), after, limit));
    }

    private Uni<ContactRow> row(Mutiny.Session session, Viewer viewer, UUID id) {
        return repository.find(session, viewer.organization(), List.of(id)).map(rows -> {
            if (rows.isEmpty()) {
                throw Problems.notFound("The contact");
            }
            return rows.getFirst();
        });
    }

    private Uni<ContactView> write(Mutiny.Session session, Viewer viewer, UUID id, ContactForm form) {
        List<String> keys = form.emails().stream().map(EmailAddress::key).toList();
        return repository
                .lock(session, viewer.organization())
                .chain(() -> repository.owners(session, viewer.organization(), keys))
                .invoke(owners -> requireFree(owners, id))
                .chain(() -> repository.save(session, viewer, List.of(new Saved(id, form, null))))
                .chain(() -> row(session, viewer, id))
                .map(ContactView::of);
    }

    /** Which fields changed, not to what: contacts are other people's data, and the log outlives them. */
    private static AuditEntry changed(UUID id, ContactForm before, ContactForm after) {
        Map<String, Function<ContactForm, Object>> fields = new LinkedHashMap<>();
        fields.put("name", ContactForm::name);
        fields.put("first_name", ContactForm::firstName);
        fields.put("last_name", ContactForm::lastName);
        fields.put("emails", ContactForm::emails);
        fields.put("phones", ContactForm::phones);
        fields.put("company", ContactForm::company);
        fields.put("job_title", ContactForm::jobTitle);
        fields.put("notes", ContactForm::notes);
        AuditEntry entry = AuditEntry.of("contact.changed", "contact", id);
        for (Map.Entry<String, Function<ContactForm, Object>> field : fields.entrySet()) {
            if (!field.getValue().apply(before).equals(field.getValue().apply(after))) {
                entry = entry.hidden(field.getKey());
            }
        }
        return entry;
    }

    private static void requireFree(List<ContactRepository.Owner> owners, UUID id) {
        owners.stream().filter(owner -> !owner.contact().equals(id)).findFirst().ifPresent(owner -> {
            throw Problems.conflict("address-taken", "Another contact of your organization has this address")
                    .with("contact", owner.contact());
        });
    }

    private static void requireRemovable(ContactRow row, Viewer viewer) {
        if (!viewer.manager() && !row.createdBy.equals(viewer.user())) {
            throw Problems.forbidden(
                    "not-your-contact", "Only the person who added a contact, an owner or an admin can remove it");
        }
    }
}
