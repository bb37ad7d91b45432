package dev.mailroom.systemtests.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.Topics;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.systemtests.replicas.Deliveries.Delivered;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.agreement.Agreement;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.imap.RawImapClient;
import dev.mailroom.testkit.net.TcpProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** One fault at one moment: mailboxes of its own, mail that arrives in them meanwhile, and at the end the question that is always the same. */
final class FaultRun implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final int MOMENT_MIN_MILLIS = 200;
    private static final int MOMENT_SPREAD_MILLIS = 1_500;
    private static final Duration AFTERWARDS = Duration.ofMillis(500);
    private static final Set<String> NOT_FOLLOWED = Set.of("Drafts");

    /**
     * An account with mail coming in.
     *
     * @param link between the server and our session; the other program has a way of its own
     * @param ear hears what is said on it, if the fault wants that
     */
    record Mailbox(String user, TcpProxy link, Ear ear, AccountState account, Canaries canaries) {
        UUID id() {
            return account.account();
        }
    }

    /**
     * What came of it.
     *
     * @param longest from the server's acknowledgement to the event, over all mail
     * @param recovered from the end of the fault until all mail of before was told
     */
    record Outcome(Fault fault, long seed, int messages, Duration longest, Duration recovered, List<String> notes) {}

    final FaultStage stage;
    final Random random;
    final DovecotServer server;
    final List<Mailbox> mailboxes = new ArrayList<>();

    private final Fault fault;
    private final long seed;
    private final KafkaLog mail;
    private final KafkaLog status;
    private final List<String> notes = new ArrayList<>();
    private final List<Fault.Happening> checks = new ArrayList<>();
    private final List<AccountState> guests = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);

    FaultRun(FaultStage stage, Fault fault, long seed) throws Exception {
        this.stage = stage;
        this.fault = fault;
        this.seed = seed;
        this.random = new Random(seed * 31 + fault.id().hashCode());
        this.server = fault.server().isEmpty()
                ? stage.cluster.dovecot
                : DovecotServer.start(stage.cluster.certificate, fault.server().toArray(String[]::new));
        this.mail = KafkaLog.fromNow(Topics.MAIL_EVENTS, stage.cluster.bootstrapServers());
        this.status = KafkaLog.fromNow(Topics.SYNC_STATUS, stage.cluster.bootstrapServers());
    }

    Outcome play() throws Exception {
        for (int i = 0; i < fault.mailboxes(); i++) {
            mailboxes.add(connect(fault.id().toLowerCase(java.util.Locale.ROOT) + "-" + seed + "-" + i));
        }
        mailboxes.forEach(mailbox -> awaitState(mailbox.id(), "live"));
        mailboxes.forEach(mailbox -> mailbox.canaries().start());
        lasts(Duration.ofMillis(MOMENT_MIN_MILLIS + random.nextInt(MOMENT_SPREAD_MILLIS)));

        fault.happening().in(this);
        long to = System.nanoTime();

        lasts(AFTERWARDS);
        List<Delivered> all = new ArrayList<>();
        for (Mailbox mailbox : mailboxes) {
            all.addAll(mailbox.canaries().stop());
        }
        awaitTold(all);
        stage.watch.check(all);
        for (Mailbox mailbox : mailboxes) {
            agree(mailbox);
        }
        for (Fault.Happening check : checks) {
            check.in(this);
        }
        neverTakenForAWrongPassword();
        eachAccountHasOneConnection();
        long recovered = stage.watch.lastTold(
                all.stream().filter(delivered -> delivered.atNanos() <= to).toList());
        return new Outcome(
                fault,
                seed,
                all.size(),
                stage.watch.longestDelay(all, 0, Long.MAX_VALUE),
                Duration.ofNanos(Math.max(0, recovered - to)),
                List.copyOf(notes));
    }

    /** What goes on goes on for so long, or until the run is given up. */
    void lasts(Duration time) throws InterruptedException {
        if (over.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("the run is over");
        }
    }

    private Mailbox connect(String user) throws Exception {
        try (RawImapClient client = open(user)) {
            client.run("CREATE " + Canaries.WORK);
        }
        Ear ear = new Ear();
        TcpProxy link = fault.links() == Fault.Links.SEALED
                ? TcpProxy.before(server.tlsPort())
                : TcpProxy.beforeTls(
                        server.tlsPort(),
                        stage.cluster.certificate.serverContext(),
                        TrustedCertificates.load(stage.cluster.authority).sslContext(),
                        mouth -> new ImapTap(ear, mouth));
        AccountState account = stage.cluster.connect(user, link.port(), "none");
        return new Mailbox(
                user,
                link,
                ear,
                account,
                new Canaries(account.account(), () -> open(user), new Random(random.nextLong())));
    }

    /** An account without mail coming in, which is gone when the run is over. */
    AccountState guest(String user, int port, String history) throws Exception {
        AccountState account = stage.cluster.connect(user, port, history);
        guests.add(account);
        return account;
    }

    /** Another program of the same user. */
    RawImapClient open(String user) throws IOException {
        return new RawImapClient(
                TrustedCertificates.load(stage.cluster.authority)
                        .sslContext()
                        .getSocketFactory()
                        .createSocket("127.0.0.1", server.tlsPort()),
                user,
                DovecotServer.PASSWORD);
    }

    Mailbox first() {
        return mailboxes.getFirst();
    }

    /** Says something of this run in the report. */
    void note(String note) {
        notes.add(note);
    }

    /** To be asked when server, database and events agree. */
    void afterwards(Fault.Happening check) {
        checks.add(check);
    }

    void awaitState(UUID account, String state) {
        await(
                state + ": " + account,
                () -> stage.cluster.number(
                                "select count(*) from account where state = '" + state + "' and id = '" + account + "'")
                        == 1);
    }

    void await(String what, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(fault.id() + " seed " + seed + ": " + what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(condition);
    }

    void awaitTold(List<Delivered> delivered) {
        await("everything is told", () -> stage.watch.missing(delivered) == 0);
    }

    /** Nobody waited for longer than this. */
    void told(Duration max) {
        for (Mailbox mailbox : mailboxes) {
            assertThat(stage.watch.longestDelay(mailbox.canaries().soFar(), 0, Long.MAX_VALUE))
                    .isLessThan(max);
        }
    }

    /** How many events of a type there are about the run's mailboxes. */
    long events(String type) {
        return mail.recordsToEnd().stream()
                .filter(record -> record.type().endsWith(type + ".v1"))
                .filter(record -> mailboxes.stream()
                        .anyMatch(mailbox -> mailbox.id().toString().equals(record.key())))
                .count();
    }

    /** How often each message lies on the server, over all mailboxes of a user. */
    Map<String, Integer> copies(String user) throws IOException {
        Map<String, Integer> copies = new TreeMap<>();
        try (RawImapClient client = open(user)) {
            for (String line : client.run("LIST \"\" \"*\"")) {
                String name = line.replaceAll(".*\"/\" ", "");
                if (!client.attempt("EXAMINE " + name).isOk()) {
                    continue;
                }
                client.run("UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])").stream()
                        .filter(answer -> answer.contains("<"))
                        .map(answer -> answer.substring(answer.indexOf('<'), answer.indexOf('>') + 1))
                        .forEach(id -> copies.merge(id, 1, Integer::sum));
            }
        }
        return copies;
    }

    private void agree(Mailbox mailbox) throws Exception {
        agree(mailbox.user(), mailbox.id());
    }

    void agree(String user, UUID account) throws Exception {
        try (RawImapClient client = open(user)) {
            new Agreement(stage.cluster.database(), account, mail, NOT_FOLLOWED)
                    .comes(client, PATIENCE, fault.id() + " seed " + seed + ": " + user);
        }
    }

    private void neverTakenForAWrongPassword() {
        assertThat(status.recordsToEnd().stream()
                        .filter(record -> record.type().endsWith("sync.state_changed.v1"))
                        .filter(record -> record.data().path("state").asText().equals("auth_failed"))
                        .filter(record -> mailboxes.stream()
                                        .anyMatch(mailbox ->
                                                mailbox.id().toString().equals(record.key()))
                                || guests.stream()
                                        .anyMatch(guest ->
                                                guest.account().toString().equals(record.key()))))
                .as("auth_failed")
                .isEmpty();
    }

    /** A session that is stuck, or a second one of another replica, would keep its connection. */
    private void eachAccountHasOneConnection() {
        for (Mailbox mailbox : mailboxes) {
            mailbox.link().release();
            await("one connection of " + mailbox.user(), () -> mailbox.link().open() == 1);
        }
    }

    @Override
    public void close() throws Exception {
        over.countDown();
        for (Mailbox mailbox : mailboxes) {
            mailbox.canaries().close();
            guests.add(mailbox.account());
        }
        for (AccountState account : guests) {
            stage.cluster.publish(
                    new AccountEvent.Removed(account.account(), account.organization(), account.revision() + 1));
        }
        mailboxes.forEach(mailbox -> mailbox.link().close());
        mail.close();
        status.close();
        if (server != stage.cluster.dovecot) {
            server.close();
        }
    }
}
