package dev.mailroom.account.verification;

import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.http.Problems;
import dev.mailroom.mailclient.Secret;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntBiFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tries the log-in to both servers of a mailbox at the same time, at most once each, so that a wrong password never locks a mailbox.
 * Where a server is not reached as it should be, other ports and encryptions are tried without a log-in.
 *
 * <p>Blocks the calling virtual thread for at most {@link VerifyConfig#timeout()}.
 */
@ApplicationScoped
public class Verifier {
    private static final Logger LOG = Logger.getLogger(Verifier.class);

    /** Parts of {@link VerifyConfig#timeout()} that are kept free for the end, and that other ways take at least and at most. */
    private static final int PARTS = 30;

    private static final int PROBE_PARTS_MIN = 2;
    private static final int PROBE_PARTS_MAX = 8;

    private final MailServers servers;
    private final VerifyConfig config;
    private final MeterRegistry metrics;
    private final Semaphore places;
    private final OtherWays otherWays;
    private final Probes probes;
    private final ExecutorService legs = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("verify-", 0).factory());

    @Inject
    Verifier(MailServers servers, VerifyConfig config, MeterRegistry metrics) {
        this(servers, config, metrics, Leg::portOf);
    }

    /** With other standard ports, for tests: those of the real ones cannot be listened on everywhere. */
    Verifier(
            MailServers servers,
            VerifyConfig config,
            MeterRegistry metrics,
            ToIntBiFunction<Leg, Encryption> standardPorts) {
        this.servers = servers;
        this.config = config;
        this.metrics = metrics;
        this.places = new Semaphore(config.concurrentMax());
        this.otherWays = new OtherWays(standardPorts);
        this.probes = new Probes(servers, legs, places);
    }

    /**
     * Tries both log-ins.
     *
     * @throws dev.mailroom.http.ProblemException 503 if too many are being tried right now
     */
    public Verification verify(MailboxLogin login, Secret password) {
        if (!places.tryAcquire()) {
            throw Problems.unavailable("Too many mailboxes are being connected right now; try again in a moment");
        }
        try {
            return verifyNow(login, password);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problems.unavailable("The service is stopping");
        } finally {
            places.release();
        }
    }

    @PreDestroy
    void stop() {
        legs.shutdownNow();
    }

    private Verification verifyNow(MailboxLogin login, Secret password) throws InterruptedException {
        long end = System.nanoTime() + config.timeout().toNanos();
        List<Callable<LegOutcome>> attempts = List.of(
                () -> attempt(Leg.IMAP, login, end, () -> servers.tryImap(login.imap(), login.username(), password)),
                () -> attempt(Leg.SMTP, login, end, () -> {
                    servers.trySmtp(login.smtp(), login.username(), password);
                    return null;
                }));
        List<Future<LegOutcome>> outcomes =
                legs.invokeAll(attempts, config.timeout().toMillis(), TimeUnit.MILLISECONDS);
        LegOutcome imap = outcome(outcomes.get(0));
        LegOutcome smtp = outcome(outcomes.get(1));
        return new Verification(
                List.of(
                        diagnosis(Leg.IMAP, login, imap, smtp.failure() == null),
                        diagnosis(Leg.SMTP, login, smtp, imap.failure() == null)),
                imap.mailbox() == null ? Push.POLL : imap.mailbox().push(),
                imap.mailbox() == null ? null : imap.mailbox().inbox());
    }

    /** @param failure null if it worked */
    private record LegOutcome(
            MailServers.@Nullable Mailbox mailbox,
            @Nullable MailException failure,
            @Nullable Suggestion suggestion) {}

    @FunctionalInterface
    private interface Attempt {
        MailServers.@Nullable Mailbox run() throws MailException, InterruptedException;
    }

    private LegOutcome attempt(Leg leg, MailboxLogin login, long end, Attempt attempt) throws InterruptedException {
        Timer.Sample sample = Timer.start(metrics);
        LegOutcome outcome;
        try {
            outcome = new LegOutcome(attempt.run(), null, null);
        } catch (MailException failure) {
            outcome = new LegOutcome(null, failure, null);
        }
        MailException failure = outcome.failure();
        sample.stop(Timer.builder("mailroom.verify")
                .description("Time of a try to log in")
                .tag("leg", leg.name().toLowerCase(Locale.ROOT))
                .tag("category", failure == null ? "ok" : failure.category().wireName())
                .publishPercentileHistogram()
                .register(metrics));
        return failure == null ? outcome : lookedFurther(leg, leg.serverOf(login), failure, end);
    }

    private LegOutcome lookedFurther(Leg leg, Server asked, MailException failure, long end)
            throws InterruptedException {
        Duration part = config.timeout().dividedBy(PARTS);
        Duration left = Duration.ofNanos(end - System.nanoTime()).minus(part);
        List<Server> ways = otherWays.after(leg, asked, failure);
        if (ways.isEmpty() || left.compareTo(part.multipliedBy(PROBE_PARTS_MIN)) < 0) {
            return new LegOutcome(null, failure, null);
        }
        Duration most = part.multipliedBy(PROBE_PARTS_MAX);
        Probes.Findings found = probes.of(leg, asked, ways, left.compareTo(most) < 0 ? left : most);
        boolean noMailServer = found.otherProtocol() && failure.category() == Category.NOT_TLS;
        return new LegOutcome(
                null,
                noMailServer ? MailException.of(failure.stage(), Category.NOT_THE_PROTOCOL, failure) : failure,
                found.working());
    }

    private static LegOutcome outcome(Future<LegOutcome> future) throws InterruptedException {
        try {
            return future.get();
        } catch (CancellationException e) {
            return new LegOutcome(null, MailException.of(Stage.LOGIN, Category.DEADLINE_EXCEEDED, e), null);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unexpected) {
                throw unexpected;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static LegDiagnosis diagnosis(Leg leg, MailboxLogin login, LegOutcome outcome, boolean otherLegOk) {
        MailException failure = outcome.failure();
        if (failure == null) {
            return LegDiagnosis.ok(leg);
        }
        MailException named = MailException.at(failure.stage(), categoryFor(login, failure, otherLegOk))
                .responseCode(failure.responseCode())
                .cause(failure)
                .build();
        LOG.infof(
                "verification failed leg=%s stage=%s category=%s suggestion=%b",
                leg, named.stage(), named.category(), outcome.suggestion() != null);
        String hint = Hints.of(leg, login, named, outcome.suggestion(), otherLegOk);
        return LegDiagnosis.failed(leg, named, hint, outcome.suggestion());
    }

    private static Category categoryFor(MailboxLogin login, MailException failure, boolean otherLegOk) {
        if (mayLackTheDomain(login, failure, otherLegOk)) {
            return Category.DOMAIN_USER_NEEDED;
        }
        // Whatever the server means by it: a log-in has no message that could be too large.
        return failure.category() == Category.MESSAGE_TOO_LARGE ? Category.COMMAND_REFUSED : failure.category();
    }

    /** Exchange does not say why; where the other server took the same user name, its form is right. */
    private static boolean mayLackTheDomain(MailboxLogin login, MailException failure, boolean otherLegOk) {
        return login.kind() == Kind.EXCHANGE
                && failure.category() == Category.CREDENTIALS_REFUSED
                && !"EXPIRED".equals(failure.responseCode())
                && login.username().indexOf('\\') < 0
                && !otherLegOk;
    }
}
