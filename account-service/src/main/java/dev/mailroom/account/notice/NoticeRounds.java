package dev.mailroom.account.notice;

import dev.mailroom.account.organization.TenantTransactions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What runs by the clock. Made at the start of the service: a wrong setting stops it with one line. */
@Startup
@ApplicationScoped
class NoticeRounds {
    /** How long ended notices and mails are kept. */
    static final Duration KEEP = Duration.ofDays(30);

    private static final Logger LOG = Logger.getLogger(NoticeRounds.class);

    private final TenantTransactions transactions;
    private final SystemMails mails;
    private final Gathering gathering;
    private final @Nullable MailRound sending;

    NoticeRounds(
            TenantTransactions transactions,
            SystemMails mails,
            OwnerAddresses addresses,
            NoticeConfig config,
            Vertx vertx,
            Clock clock,
            MeterRegistry metrics) {
        this.transactions = transactions;
        this.mails = mails;
        this.gathering = new Gathering(transactions, mails, addresses, config, clock, metrics);
        this.sending = SmtpSettings.of(config)
                .map(settings -> new MailRound(transactions, mails, new Postman(vertx, settings)))
                .orElse(null);
        Gauge.builder("mailroom.notice.enabled", () -> sending == null ? 0 : 1)
                .description("Whether the service can send mail of its own")
                .strongReference(true)
                .register(metrics);
        if (sending == null) {
            LOG.info("mailroom.notice.host is not set: nobody is told by mail when an account stops working");
        }
    }

    @Scheduled(
            every = "${mailroom.notice-rounds.interval:2s}",
            delayed = "2s",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void round() throws InterruptedException {
        if (sending != null) {
            try {
                gathering.run();
            } finally {
                sending.run();
            }
        }
    }

    @Scheduled(every = "1h", delayed = "5m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void prune() {
        transactions.acrossOrganizations(session -> gathering
                .prune(session, KEEP)
                .chain(() -> mails.prune(session, KEEP))
                .replaceWithVoid());
    }
}
