package dev.mailroom.send.outgoing;

import dev.mailroom.outbox.Transactions;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Removes the bytes of sent mail some time after its Sent folder was known to have it. What may still be tried, or waits for a person's
 * decision, keeps its bytes whatever its age.
 */
@ApplicationScoped
class KeptBytes {
    private static final Logger LOG = Logger.getLogger(KeptBytes.class);

    private static final String COPIED =
            "update outgoing_mime set copied_at = :now where id = :outgoing and copied_at is null";
    private static final String REMOVE = """
            delete from outgoing_mime where id in (
                select m.id from outgoing_mime m join outgoing o on o.id = m.id
                where m.copied_at < :before and o.next_attempt_at is null
                  and o.state in ('accepted', 'partially_accepted', 'bounced')
                order by m.copied_at limit :most
                for update of m skip locked)
            """;

    private final Transactions transactions;
    private final KeptBytesConfig config;
    private final Clock clock;

    KeptBytes(Transactions transactions, KeptBytesConfig config, Clock clock) {
        this.transactions = transactions;
        this.config = config;
        this.clock = clock;
    }

    /** The Sent folder has it. */
    Uni<Void> copied(Mutiny.Session session, UUID outgoing) {
        return session.createNativeQuery(COPIED)
                .setParameter("now", clock.instant().atOffset(ZoneOffset.UTC))
                .setParameter("outgoing", outgoing)
                .executeUpdate()
                .replaceWithVoid();
    }

    @Scheduled(
            every = "{mailroom.kept-bytes.interval}",
            delayed = "1m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> cleanUp() {
        return remove().invoke(removed -> {
                    if (removed > 0) {
                        LOG.infof("bytes of sent mail removed count=%d", removed);
                    }
                })
                .replaceWithVoid();
    }

    /** One pass. @return how many messages lost their bytes */
    Uni<Integer> remove() {
        return transactions.inReactiveTransaction(session -> session.createNativeQuery(REMOVE)
                .setParameter(
                        "before", clock.instant().minus(config.retention()).atOffset(ZoneOffset.UTC))
                .setParameter("most", config.batchMax())
                .executeUpdate());
    }
}
