package dev.mailroom.account.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.account.discovery.Lookup.Outcome;
import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.NetworkTimeouts;
import dev.mailroom.mailclient.net.OutboundPolicy;
import dev.mailroom.mailclient.net.TrustedCertificates;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the DNS of a domain can say, and how it can fail. */
class DnsSearchTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final MailAddress ANA = MailAddress.parse("ana@example.test").orElseThrow();

    private final ScriptedDns server = ScriptedDns.start();
    private final Dns dns = new Dns(List.of(server.address()), TIMEOUT);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        threads.shutdownNow();
        server.close();
    }

    @Test
    void takesTheLowestPriorityAndInItTheHighestWeight() throws Exception {
        server.script(
                        "_imaps._tcp.example.test. SRV",
                        "20 100 993 far.example.test.",
                        "10 1 993 light.example.test.",
                        "10 90 993 Heavy.Example.Test.",
                        "10 90 993 zebra.example.test.")
                .script("_submissions._tcp.example.test. SRV", "0 0 465 smtp.example.test.");

        Candidate found = srv().candidates().getFirst();

        assertThat(found.imap()).isEqualTo(new Server("heavy.example.test", 993, Encryption.TLS));
        assertThat(found.smtp()).isEqualTo(new Server("smtp.example.test", 465, Encryption.TLS));
        assertThat(found.needsConfirmation()).isFalse();
    }

    @Test
    void takesTlsBeforeStarttls() throws Exception {
        server.script("_imaps._tcp.example.test. SRV", "50 0 993 tls.example.test.")
                .script("_imap._tcp.example.test. SRV", "0 0 143 plain.example.test.")
                .script("_submission._tcp.example.test. SRV", "0 0 587 smtp.example.test.");

        Candidate found = srv().candidates().getFirst();

        assertThat(found.imap()).isEqualTo(new Server("tls.example.test", 993, Encryption.TLS));
        assertThat(found.smtp()).isEqualTo(new Server("smtp.example.test", 587, Encryption.STARTTLS));
    }

    @Test
    void takesWhatIsOfferedWhereAnotherServiceIsNot() throws Exception {
        server.script("_imaps._tcp.example.test. SRV", "0 0 0 .")
                .script("_imap._tcp.example.test. SRV", "0 0 143 imap.example.test.");

        assertThat(srv().candidates().getFirst().imap())
                .isEqualTo(new Server("imap.example.test", 143, Encryption.STARTTLS));
        assertThat(srv().candidates().getFirst().smtp()).isNull();
    }

    @Test
    void believesADomainThatSaysItHasNoImap() throws Exception {
        server.script("_imaps._tcp.example.test. SRV", "0 0 0 .").script("_imap._tcp.example.test. SRV", "0 0 0 .");

        assertThat(srv().outcome()).isEqualTo(Outcome.NOT_OFFERED);
        Candidate guess = new Candidate(
                Source.GUESS, null, true, false, null, null, "{email}", "a", AppPassword.UNKNOWN, null, null);
        assertThat(Selection.of(
                        new Providers(), ANA, List.of(guess), List.of(new Lookup(Source.SRV, Outcome.NOT_OFFERED, ""))))
                .isEmpty();
    }

    @Test
    void asksAPersonBeforeServersOfSomebodyElseAreUsed() throws Exception {
        server.script("_imaps._tcp.example.test. SRV", "0 0 993 imap.evil.example.")
                .script("_submissions._tcp.example.test. SRV", "0 0 465 smtp.example.test.");

        assertThat(selected().getFirst().needsConfirmation()).isTrue();
    }

    @Test
    void recognisesAKnownProviderBehindSrvRecords() throws Exception {
        server.script("_imaps._tcp.example.test. SRV", "0 0 993 imap.fastmail.com.")
                .script("_submissions._tcp.example.test. SRV", "0 0 465 smtp.fastmail.com.");

        Candidate found = selected().getFirst();

        assertThat(found.provider()).isEqualTo("Fastmail");
        assertThat(found.needsConfirmation()).isFalse();
        assertThat(found.appPassword()).isEqualTo(AppPassword.ALWAYS);

        server.script("_submissions._tcp.example.test. SRV", "0 0 465 smtp.evil.example.");
        assertThat(selected().getFirst().needsConfirmation()).isTrue();
    }

    @Test
    void leavesOutTargetsThatNoLogInCouldUse() throws Exception {
        for (String record : List.of(
                "0 0 22 imap.example.test.",
                "0 0 0 imap.example.test.",
                "0 0 993 127.0.0.1.",
                "0 0 993 localhost.",
                "0 0 993 a\\032b.example.test.",
                "0 0 993 a\\000b.example.test.")) {
            server.script("_imaps._tcp.example.test. SRV", record);

            assertThat(srv().candidates()).as(record).isEmpty();
            assertThat(srv().outcome()).as(record).isEqualTo(Outcome.FAILED);
        }
    }

    @Test
    void asksAgainOverTcpWhereTheAnswerIsCut() throws Exception {
        server.script("_imaps._tcp.example.test. SRV", ScriptedDns.TRUNCATED, "0 0 993 imap.example.test.");

        assertThat(srv().candidates()).isNotEmpty();
        assertThat(server.questionsOverTcp()).isPositive();
    }

    @Test
    void takesEveryFailureAsAnOutcome() throws Exception {
        server.script("_imaps._tcp.example.test. SRV", ScriptedDns.SERVER_FAILURE);
        assertThat(srv().outcome()).isEqualTo(Outcome.FAILED);
        server.script("_imaps._tcp.example.test. SRV", ScriptedDns.MALFORMED);
        assertThat(srv().outcome()).isIn(Outcome.FAILED, Outcome.TIMEOUT);
        server.script("_imaps._tcp.example.test. SRV", ScriptedDns.WRONG_ID);
        assertThat(srv().candidates()).isEmpty();
    }

    @Test
    void givesUpOnASilentServerInTimeAndKeepsWhatOthersSaid() throws Exception {
        server.script("_imaps._tcp.example.test. SRV", ScriptedDns.SILENT);
        long begin = System.nanoTime();
        assertThat(srv().outcome()).isEqualTo(Outcome.TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(TIMEOUT, TIMEOUT.plusSeconds(3));

        server.script("_submissions._tcp.example.test. SRV", "0 0 465 smtp.example.test.");
        assertThat(srv().candidates().getFirst().smtp()).isNotNull();
    }

    @Test
    void followsAliasesButNotInACircle() throws Exception {
        server.script("_imaps._tcp.example.test. CNAME", "_imaps._tcp.other.test.")
                .script("_imaps._tcp.other.test. SRV", "0 0 993 imap.example.test.");
        assertThat(srv().candidates()).isNotEmpty();

        server.script("_imaps._tcp.other.test. CNAME", "_imaps._tcp.example.test.");
        assertThat(srv().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(server.questions("_imaps._tcp.example.test. SRV")).isLessThan(60);
    }

    @Test
    void findsAHostedDomainByItsBestMailExchanger() throws Exception {
        MxSearch mx = new MxSearch(dns, new Providers());
        server.script("example.test. MX", "20 mx.zoho.eu.", "10 backup.example.", "5 ASPMX.L.Google.com.");
        assertThat(mx.search(ANA).candidates().getFirst().provider()).isEqualTo("Google Workspace");

        server.script("example.test. MX", "0 .");
        assertThat(mx.search(ANA).outcome()).isEqualTo(Outcome.NOTHING);
        server.script("example.test. MX", ScriptedDns.SERVER_FAILURE);
        assertThat(mx.search(ANA).outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void guessesOnlyHostsThatMayBeReached() throws Exception {
        server.script("mail.example.test. A", "93.184.215.14")
                .script("imap.example.test. A", "10.0.0.7")
                .script("smtp.example.test. A", "93.184.215.14", "169.254.169.254");

        Candidate guess = guess().candidates().getFirst();

        assertThat(guess.imap()).isEqualTo(new Server("mail.example.test", 993, Encryption.TLS));
        assertThat(guess.smtp()).isEqualTo(new Server("mail.example.test", 587, Encryption.STARTTLS));
        assertThat(guess.note()).contains("guess");

        server.script("mail.example.test. A", "127.0.0.1").script("mail.example.test. AAAA", "::ffff:127.0.0.1");
        assertThat(guess().candidates()).isEmpty();
    }

    @Test
    void looksUpBothKindsOfAddresses() throws Exception {
        server.script("h.example.test. A", "192.0.2.1").script("h.example.test. AAAA", "2001:db8::1");
        assertThat(dns.addresses("h.example.test")).hasSize(2);
        assertThatThrownBy(() -> dns.addresses("nothing.example.test")).isInstanceOf(UnknownHostException.class);
    }

    private Discovered srv() throws InterruptedException {
        return new SrvSearch(dns, OutboundPolicy.publicInternet()).search(ANA);
    }

    private List<Candidate> selected() throws InterruptedException {
        return Selection.of(new Providers(), ANA, srv().candidates(), List.of());
    }

    private Discovered guess() throws InterruptedException {
        var connector = new GuardedConnector(
                OutboundPolicy.publicInternet(),
                TrustedCertificates.load(null),
                NetworkTimeouts.all(TIMEOUT),
                dns::addresses);
        return new GuessSearch(connector, threads).search(ANA);
    }
}
