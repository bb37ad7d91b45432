package dev.mailroom.sync;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.AccountState.Alias;
import dev.mailroom.contracts.AccountState.Audience;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.connection.Link;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An organization with people and accounts that are shared in every way, each account with two messages. */
@SuppressWarnings("NullAway.Init")
abstract class Colleagues extends HandDrivenSession {
    /** What a person is to an account. */
    enum Relation {
        OWNER,
        READER,
        MANAGER,
        ADDRESS_READER,
        NOBODY
    }

    /** How an account is shared. */
    enum Sharing {
        PERSONAL,
        TEAM,
        EVERYONE,
        ADDRESS,
        /** Told of by an older version: no owner. */
        OWNERLESS
    }

    /** @param role of the token; {@code organization} null for none */
    record Person(String name, String role, @Nullable UUID organization) {
        UUID user() {
            return UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    /** An account with a message to its shared address, and one to another address. */
    record Example(
            UUID account,
            Sharing sharing,
            UUID addressed,
            UUID other,
            UUID mailbox,
            UUID conversation,
            UUID quarantined,
            UUID command) {}

    static final String SHARED = "support@example.com";

    final Person anna = new Person("anna", "member", organization);
    final Person bert = new Person("bert", "member", organization);
    final Person carl = new Person("carl", "member", organization);
    final Person rosa = new Person("rosa", "member", organization);
    final Person boss = new Person("boss", "owner", organization);
    final Person chief = new Person("chief", "admin", organization);
    final Person stranger = new Person("anna", "owner", UUID.randomUUID());
    final List<Person> people = List.of(anna, bert, carl, rosa, boss, chief, stranger);

    /** Whose accounts they are, with whom they are shared. */
    Relation relation(Person person, Sharing sharing) {
        if (!organization.equals(person.organization())) {
            return Relation.NOBODY;
        }
        boolean manager = !person.role().equals("member");
        if (sharing == Sharing.OWNERLESS) {
            return manager ? Relation.MANAGER : Relation.NOBODY;
        }
        if (person.equals(anna)) {
            return Relation.OWNER;
        }
        boolean reads = sharing == Sharing.EVERYONE || (sharing == Sharing.TEAM && person.equals(carl));
        if (reads) {
            return manager ? Relation.MANAGER : Relation.READER;
        }
        boolean address = sharing == Sharing.ADDRESS && person.equals(rosa);
        return address ? Relation.ADDRESS_READER : manager ? Relation.MANAGER : Relation.NOBODY;
    }

    /** Whether a relation, or being among everyone, lets a person read. */
    boolean reads(Person person, Sharing sharing) {
        Relation relation = relation(person, sharing);
        return relation == Relation.OWNER
                || relation == Relation.READER
                || (relation == Relation.MANAGER && sharing == Sharing.EVERYONE);
    }

    AccountState state(UUID id, Sharing sharing, long revision) {
        AccountState plain = Scene.state(organization, id, "user", 993, "1y", revision, 1);
        Audience audience =
                switch (sharing) {
                    case TEAM -> new Audience(false, List.of(carl.user()));
                    case EVERYONE -> new Audience(true, List.of());
                    case PERSONAL, ADDRESS, OWNERLESS -> Audience.nobody();
                };
        Audience readers = sharing == Sharing.ADDRESS ? new Audience(false, List.of(rosa.user())) : Audience.nobody();
        return new AccountState(
                id,
                organization,
                revision,
                plain.kind(),
                plain.displayName(),
                plain.email(),
                plain.username(),
                plain.imap(),
                plain.smtp(),
                plain.history(),
                false,
                1,
                List.of(plain.email(), SHARED),
                plain.sharing(),
                plain.createdAt(),
                sharing == Sharing.OWNERLESS ? null : anna.user(),
                audience,
                List.of(
                        alias(plain.email(), true, Audience.nobody()),
                        alias(SHARED.toUpperCase(java.util.Locale.ROOT), false, readers)));
    }

    static AccountState ownedBy(Person owner, AccountState state) {
        return ChangedState.ownedBy(owner.user(), state);
    }

    private static Alias alias(String address, boolean isDefault, Audience readers) {
        return new Alias(UUID.randomUUID(), address, "", isDefault, Audience.nobody(), readers);
    }

    void tell(AccountState state) {
        database.inTransaction(tx -> accounts.apply(tx, SHARD, new AccountEvent.Changed(state)));
    }

    Example example(Sharing sharing) throws Exception {
        UUID id = UUID.randomUUID();
        tell(state(id, sharing, 1));
        FakeImapSession provider = new FakeImapSession();
        Link link = new Link(provider, accounts.find(database, id).orElseThrow(), fence, Instant.now());
        folders.refresh(link);
        checkInbox(link, id);
        provider.deliver(MailboxName.INBOX, mailTo("Support@Example.com", "to support " + id), Instant.now());
        provider.deliver(MailboxName.INBOX, mailTo("user@example.com", "to user " + id), Instant.now());
        checkInbox(link, id);
        Map<String, UUID> messages = database
                .query(
                        "select m.id, m.subject from message m join copy c on c.message_id = m.id where c.account_id = $1",
                        id)
                .stream()
                .collect(Collectors.toMap(row -> row.getString("subject"), row -> row.getUUID("id")));
        UUID addressed = messages.get("to support " + id);
        UUID other = messages.get("to user " + id);
        if (addressed == null || other == null) {
            throw new IllegalStateException("the messages did not arrive: " + messages.keySet());
        }
        UUID mailbox = one("select mailbox_id as id from copy where message_id = $1", addressed);
        UUID conversation = one("select conversation_id as id from message where id = $1", addressed);
        UUID quarantined = UUID.randomUUID();
        database.execute("""
                insert into quarantine (id, account_id, organization_id, mailbox_id, uid_validity, uid, reason)
                values ($1, $2, $3, $4, 1, 999, 'not_answered')
                """, quarantined, id, organization, mailbox);
        UUID command = UUID.randomUUID();
        database.execute("""
                insert into command (id, account_id, organization_id, type, message_id, payload, state)
                values ($1, $2, $3, 'archive', $4, '{}', 'succeeded')
                """, command, id, organization, other);
        return new Example(id, sharing, addressed, other, mailbox, conversation, quarantined, command);
    }

    UUID one(String sql, Object... parameters) {
        return database.first(sql, parameters).orElseThrow().getUUID("id");
    }

    void checkInbox(Link link, UUID id) throws Exception {
        UUID inbox = mailboxes.ofAccount(database, id).stream()
                .filter(dev.mailroom.sync.mailbox.MailboxRow::isInbox)
                .findFirst()
                .orElseThrow()
                .id();
        check.check(
                link,
                inbox,
                dev.mailroom.sync.mailbox.MailboxLook.Depth.COUNTS,
                dev.mailroom.contracts.MailEvent.Source.LIVE);
    }

    static byte[] mailTo(String address, String subject) {
        return new String(
                        Scene.mail(UUID.randomUUID() + "@example.net", subject, "", "About " + subject),
                        java.nio.charset.StandardCharsets.UTF_8)
                .replace("To: bo@example.com", "To: Somebody <" + address + ">")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    static Set<Sharing> everySharing() {
        return Set.of(Sharing.values());
    }
}
