package dev.mailroom.sync;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.command.CommandRunner;
import dev.mailroom.sync.command.Commands;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.history.HistoryImport;
import dev.mailroom.sync.mailbox.FolderList;
import dev.mailroom.sync.mailbox.MailboxCheck;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.mailbox.Mailboxes;
import dev.mailroom.sync.message.CopyChanges;
import dev.mailroom.sync.ownership.Fence;
import dev.mailroom.sync.ownership.FencedWrites;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Drives the parts of a session by hand, over a server in memory, so that a test decides what goes wrong and when. */
@SuppressWarnings("NullAway.Init")
abstract class HandDrivenSession {
    /** A shard that the running application does not own: no session of its own interferes. */
    static final int SHARD = 1_000;

    static final Instant OLD = Instant.now().minus(Duration.ofDays(3));

    @Inject
    Database database;

    @Inject
    FencedWrites writes;

    @Inject
    Accounts accounts;

    @Inject
    Mailboxes mailboxes;

    @Inject
    FolderList folders;

    @Inject
    MailboxCheck check;

    @Inject
    CopyChanges changes;

    @Inject
    HistoryImport.Services history;

    @Inject
    Commands commands;

    @Inject
    CommandRunner runner;

    final UUID organization = UUID.randomUUID();
    final FakeImapSession server = new FakeImapSession();
    Scene scene;
    Fence fence;
    UUID account;

    /** One for the tests of a class: to open it takes longer than most of them. */
    private static @Nullable Scene shared;

    @BeforeAll
    static void openScene() {
        shared = new Scene();
    }

    @AfterAll
    static void closeScene() {
        Objects.requireNonNull(shared).close();
    }

    @BeforeEach
    void connect() {
        scene = Objects.requireNonNull(shared);
        fence = database.list(
                        row -> new Fence(row.getInteger("id"), row.getLong("epoch")),
                        "insert into shard (id, epoch, owner) values ($1, 1, 'test') on conflict (id) do update "
                                + "set epoch = shard.epoch + 1 returning id, epoch",
                        SHARD)
                .getFirst();
        account = UUID.randomUUID();
        store(account, "1y");
    }

    void store(UUID id, String history) {
        AccountState state = Scene.state(organization, id, "user", 993, history, 1, 1);
        database.inTransaction(tx -> accounts.apply(tx, SHARD, new AccountEvent.Connected(state)));
    }

    Link link() {
        return new Link(server, accounts.find(database, account).orElseThrow(), fence, Instant.now());
    }

    /** The mailbox of that name at the top. */
    MailboxRow row(String name) {
        return mailboxes.ofAccount(database, account).stream()
                .filter(row -> row.path().equals(List.of(name)))
                .findFirst()
                .orElseThrow();
    }

    void look(String name, MailboxLook.Depth depth) throws MailException {
        check.check(link(), row(name).id(), depth, MailEvent.Source.LIVE);
    }

    UUID accept(MailCommand command) {
        database.inTransaction(tx -> commands.accept(tx, command));
        return command.command();
    }

    /** A command to file what was sent; send-service has its bytes. */
    MailCommand.AppendSent appendSent(String subject, Instant at) {
        UUID outgoing = UUID.randomUUID();
        Scene.outgoing(outgoing, new String(mail(subject), StandardCharsets.UTF_8));
        return new MailCommand.AppendSent(
                UUID.randomUUID(),
                account,
                organization,
                outgoing,
                "<" + subject + "@example.net>",
                at.truncatedTo(ChronoUnit.SECONDS),
                new Origin(Origin.Kind.SEND, outgoing, null, 0));
    }

    /** Types of what was told of messages and commands, in order. */
    List<String> told() {
        return scene.toldOf(account, "message.", "command.");
    }

    void checkInbox(Link link) throws MailException {
        MailboxRow inbox = mailboxes.ofAccount(database, account).stream()
                .filter(MailboxRow::isInbox)
                .findFirst()
                .orElseThrow();
        check.check(link, inbox.id(), MailboxLook.Depth.COUNTS, MailEvent.Source.LIVE);
    }

    void settle(Link link) {
        writes.write(
                link.fence(),
                tx -> changes.settle(
                        tx,
                        mailboxes.scope(tx, account, organization),
                        Instant.now().plusSeconds(60),
                        Duration.ofMinutes(5)));
    }

    /** Commands wait for a message that is not where it lay, until it is decided that it is nowhere. */
    void runAgainAfterItIsDecided() throws MailException, InterruptedException {
        runner.run(link());
        settle(link());
        runNow();
    }

    /** Runs also what was put off. */
    CommandRunner.Ran runNow() throws MailException, InterruptedException {
        database.execute("update command set not_before = now() where account_id = $1", account);
        return runner.run(link());
    }

    UUID onlyMessage() {
        return database.first("select message_id from copy where account_id = $1", account)
                .orElseThrow()
                .getUUID("message_id");
    }

    long count(String table) {
        return database.first("select count(*) as n from " + table + " where account_id = $1", account)
                .orElseThrow()
                .getLong("n");
    }

    static byte[] mail(String subject) {
        return Scene.mail(subject.replace(" ", "-") + "@example.net", subject, "", "About " + subject);
    }
}
