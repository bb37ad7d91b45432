package dev.mailroom.account.contact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.account.organization.Viewer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** SQL for contacts, in bulk. Stateless: the caller owns the session and therefore the transaction. */
@ApplicationScoped
class ContactRepository {
    /** First number of the advisory locks that put the writers of an organization's contacts in a row. */
    private static final int LOCK_SPACE = 1_668_247_156;

    /** Above every character: a prefix with it is the end of the range of what begins with the prefix. */
    private static final String LAST_CHARACTER = new String(Character.toChars(Character.MAX_CODE_POINT));

    // A parameter that is cast to json would be sent as JSON text of text: hence the casts to text.
    private static final String LOCK =
            "select 1 from pg_advisory_xact_lock(" + LOCK_SPACE + ", hashtext(cast(:organization as text)))";
    private static final String SAVE = "insert into contacts (id, organization_id, name, first_name, last_name, emails,"
            + " phones, company, job_title, notes, sort_key, family_key, import_id, created_by, created_at, updated_at)"
            + " select r.id, cast(:organization as uuid), r.name, r.first_name, r.last_name, r.emails, r.phones,"
            + " r.company, r.job_title, r.notes, r.sort_key, r.family_key, r.import_id, cast(:user as uuid),"
            + " cast(:now as timestamptz), cast(:now as timestamptz)"
            + " from json_to_recordset(cast(cast(:rows as text) as json)) as r (id uuid, name text, first_name text, last_name text,"
            + " emails text[], phones text[], company text, job_title text, notes text, sort_key text,"
            + " family_key text, import_id uuid)"
            + " on conflict (id) do update set name = excluded.name, first_name = excluded.first_name,"
            + " last_name = excluded.last_name, emails = excluded.emails, phones = excluded.phones,"
            + " company = excluded.company, job_title = excluded.job_title, notes = excluded.notes,"
            + " sort_key = excluded.sort_key, family_key = excluded.family_key, updated_at = excluded.updated_at";
    // An array and not a join: its plan stays the same while the table grows under an import.
    private static final String FORGET_ADDRESSES = "delete from contact_addresses where contact_id = any (array("
            + "select cast(r as uuid) from json_array_elements_text(cast(cast(:ids as text) as json)) as r))";
    private static final String SAVE_ADDRESSES = "insert into contact_addresses (organization_id, address, contact_id)"
            + " select cast(:organization as uuid), r.address, r.contact_id"
            + " from json_to_recordset(cast(cast(:rows as text) as json)) as r (address text, contact_id uuid)";
    private static final String OWNERS = "select a.address, a.contact_id from contact_addresses a"
            + " where a.organization_id = :organization and a.address = any (array("
            + "select r from json_array_elements_text(cast(cast(:addresses as text) as json)) as r))";
    private static final String BY_IDS = "from ContactRow c where c.organizationId = :organization and c.id in :ids";
    private static final String DELETE = "delete from contacts where organization_id = :organization and id = :id";

    // Hibernate Reactive cannot read a row that has more columns than the entity.
    private static final String COLUMNS = "select c.id, c.organization_id, c.name, c.first_name, c.last_name, c.emails,"
            + " c.phones, c.company, c.job_title, c.notes, c.sort_key, c.import_id, c.created_by, c.created_at, c.updated_at"
            + " from contacts c where c.organization_id = :organization";
    private static final String AFTER =
            " and (c.sort_key, c.id) > (cast(:key as text), cast(:id as uuid)) order by c.sort_key, c.id";
    private static final String FOUND = " and c.id in ("
            + "select id from contacts where organization_id = :organization and sort_key >= :low and sort_key < :high"
            + " union all select id from contacts"
            + " where organization_id = :organization and family_key >= :low and family_key < :high"
            + " union all select contact_id from contact_addresses"
            + " where organization_id = :organization and address >= :low and address < :high)";
    private static final String WITH_ADDRESS = " and c.id in (select contact_id from contact_addresses"
            + " where organization_id = :organization and address = :address)";

    private final ObjectMapper json;
    private final Clock clock;

    ContactRepository(ObjectMapper json, Clock clock) {
        this.json = json;
        this.clock = clock;
    }

    /** @param importId null for a contact that was not made by an import */
    record Saved(UUID id, ContactForm form, @Nullable UUID importId) {}

    /** A position in the order of lists; what comes after it has a higher key, or the same and a higher id. */
    record Position(String sortKey, UUID id) {
        static final Position START = new Position("", new UUID(0, 0));
    }

    /** What {@link #SAVE} reads. */
    record SavedJson(
            UUID id,
            String name,
            String firstName,
            String lastName,
            List<String> emails,
            List<String> phones,
            String company,
            String jobTitle,
            String notes,
            String sortKey,
            String familyKey,
            @Nullable UUID importId) {

        static SavedJson of(Saved saved) {
            ContactForm form = saved.form;
            return new SavedJson(
                    saved.id,
                    form.name(),
                    form.firstName(),
                    form.lastName(),
                    form.emails().stream().map(EmailAddress::text).toList(),
                    form.phones(),
                    form.company(),
                    form.jobTitle(),
                    form.notes(),
                    form.sortKey(),
                    form.familyKey(),
                    saved.importId);
        }
    }

    record AddressJson(String address, UUID contactId) {}

    /** Until the end of the transaction no other one writes contacts of the organization. */
    Uni<Void> lock(Mutiny.Session session, UUID organization) {
        return session.createNativeQuery(LOCK, Integer.class)
                .setParameter("organization", organization.toString())
                .getSingleResult()
                .replaceWithVoid();
    }

    /** Writes new contacts and what became of old ones, with their addresses. Needs the {@link #lock}. */
    Uni<Void> save(Mutiny.Session session, Viewer viewer, Collection<Saved> contacts) {
        if (contacts.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<AddressJson> addresses = contacts.stream()
                .flatMap(saved -> keys(saved).stream().map(key -> new AddressJson(key, saved.id())))
                .toList();
        return session.createNativeQuery(SAVE)
                .setParameter("organization", viewer.organization())
                .setParameter("user", viewer.user())
                .setParameter("now", clock.instant().atOffset(ZoneOffset.UTC))
                .setParameter(
                        "rows", written(contacts.stream().map(SavedJson::of).toList()))
                .executeUpdate()
                .chain(() -> session.createNativeQuery(FORGET_ADDRESSES)
                        .setParameter(
                                "ids", written(contacts.stream().map(Saved::id).toList()))
                        .executeUpdate())
                .chain(() -> session.createNativeQuery(SAVE_ADDRESSES)
                        .setParameter("organization", viewer.organization())
                        .setParameter("rows", written(addresses))
                        .executeUpdate())
                .replaceWithVoid();
    }

    record Owner(String address, UUID contact) {}

    /** Which contacts have these addresses. */
    Uni<List<Owner>> owners(Mutiny.Session session, UUID organization, Collection<String> addresses) {
        return session.createNativeQuery(OWNERS, Object[].class)
                .setParameter("organization", organization)
                .setParameter("addresses", written(addresses))
                .getResultList()
                .map(rows -> rows.stream()
                        .map(row -> new Owner((String) row[0], (UUID) row[1]))
                        .toList());
    }

    /** The contacts among these ids that are of the organization, in no order. */
    Uni<List<ContactRow>> find(Mutiny.Session session, UUID organization, Collection<UUID> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return session.createSelectionQuery(BY_IDS, ContactRow.class)
                .setParameter("organization", organization)
                .setParameter("ids", ids)
                .getResultList();
    }

    Uni<Integer> delete(Mutiny.Session session, UUID organization, UUID id) {
        return session.createNativeQuery(DELETE)
                .setParameter("organization", organization)
                .setParameter("id", id)
                .executeUpdate();
    }

    /** All contacts behind a position. */
    Uni<List<ContactRow>> list(Mutiny.Session session, UUID organization, Position after, int limit) {
        return page(session.createNativeQuery(COLUMNS + AFTER, ContactRow.class), organization, after, limit);
    }

    /** Those whose name, last name or one address begins like this. */
    Uni<List<ContactRow>> search(Mutiny.Session session, UUID organization, String prefix, Position after, int limit) {
        String low = ContactForm.folded(prefix);
        return page(
                session.createNativeQuery(COLUMNS + FOUND + AFTER, ContactRow.class)
                        .setParameter("low", low)
                        .setParameter("high", low + LAST_CHARACTER),
                organization,
                after,
                limit);
    }

    Uni<List<ContactRow>> withAddress(
            Mutiny.Session session, UUID organization, String address, Position after, int limit) {
        return page(
                session.createNativeQuery(COLUMNS + WITH_ADDRESS + AFTER, ContactRow.class)
                        .setParameter("address", address),
                organization,
                after,
                limit);
    }

    private static Uni<List<ContactRow>> page(
            Mutiny.SelectionQuery<ContactRow> query, UUID organization, Position after, int limit) {
        return query.setParameter("organization", organization)
                .setParameter("key", after.sortKey())
                .setParameter("id", after.id())
                .setMaxResults(limit)
                .getResultList();
    }

    /** Only an import must find a contact again that has no address. */
    private static List<String> keys(Saved saved) {
        return saved.importId == null && saved.form.emails().isEmpty() ? List.of() : saved.form.importKeys();
    }

    private String written(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("contacts do not become JSON", e);
        }
    }
}
