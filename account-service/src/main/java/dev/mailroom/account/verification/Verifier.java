package dev.mailroom.account.verification;

import dev.mailroom.http.Problems;
import dev.mailroom.mailclient.Secret;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
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
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tries the log-in to both servers of a mailbox at the same time, at most once each, so that a wrong password never locks a mailbox.
 *
 * <p>Blocks the calling virtual thread for at most {@link VerifyConfig#timeout()}.
 */
@ApplicationScoped
public class Verifier {
    private static final Logger LOG = Logger.getLogger(Verifier.class);

    private final MailServers servers;
    private final VerifyConfig config;
    private final MeterRegistry metrics;
    private final Semaphore places;
    private final ExecutorService legs = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("verify-", 0).factory());

    Verifier(MailServers servers, VerifyConfig config, MeterRegistry metrics) {
        this.servers = servers;
        this.config = config;
        this.metrics = metrics;
        this.places = new Semaphore(config.concurrentMax());
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
        List<Callable<LegOutcome>> attempts = List.of(
                () -> attempt(Leg.IMAP, login, () -> servers.tryImap(login.imap(), login.username(), password)),
                () -> attempt(Leg.SMTP, login, () -> {
                    servers.trySmtp(login.smtp(), login.username(), password);
                    return null;
                }));
        List<Future<LegOutcome>> outcomes =
                legs.invokeAll(attempts, config.timeout().toMillis(), TimeUnit.MILLISECONDS);
        LegOutcome imap = outcome(Leg.IMAP, login, outcomes.get(0));
        LegOutcome smtp = outcome(Leg.SMTP, login, outcomes.get(1));
        return new Verification(
                List.of(imap.diagnosis(), smtp.diagnosis()), imap.push() == null ? Push.POLL : imap.push());
    }

    private record LegOutcome(
            LegDiagnosis diagnosis, @Nullable Push push) {}

    @FunctionalInterface
    private interface Attempt {
        @Nullable
        Push run() throws MailException, InterruptedException;
    }

    private LegOutcome attempt(Leg leg, MailboxLogin login, Attempt attempt) throws InterruptedException {
        Timer.Sample sample = Timer.start(metrics);
        LegOutcome outcome;
        try {
            Push push = attempt.run();
            outcome = new LegOutcome(LegDiagnosis.ok(leg), push);
        } catch (MailException failure) {
            outcome = failed(leg, login, failure);
        }
        sample.stop(Timer.builder("mailroom.verify")
                .description("Time of a try to log in")
                .tag("leg", leg.name().toLowerCase(Locale.ROOT))
                .tag("category", outcome.diagnosis().category())
                .publishPercentileHistogram()
                .register(metrics));
        return outcome;
    }

    private static LegOutcome outcome(Leg leg, MailboxLogin login, Future<LegOutcome> future)
            throws InterruptedException {
        try {
            return future.get();
        } catch (CancellationException e) {
            return failed(leg, login, MailException.of(Stage.LOGIN, Category.DEADLINE_EXCEEDED, e));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unexpected) {
                throw unexpected;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static LegOutcome failed(Leg leg, MailboxLogin login, MailException failure) {
        LOG.infof("verification failed leg=%s stage=%s category=%s", leg, failure.stage(), failure.category());
        return new LegOutcome(LegDiagnosis.failed(leg, failure, Hints.of(leg, login, failure)), null);
    }
}
