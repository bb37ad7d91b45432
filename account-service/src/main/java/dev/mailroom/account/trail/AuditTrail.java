package dev.mailroom.account.trail;

import dev.mailroom.account.organization.TenantTransactions;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The audit log as a list, and the end of what is old. */
@Startup
@ApplicationScoped
class AuditTrail {
    private static final Logger LOG = Logger.getLogger(AuditTrail.class);

    /** Row security keeps what is younger than 30 days; a day more keeps two clocks from arguing. */
    static final Duration RETENTION_MIN = Duration.ofDays(31);

    private static final String COLUMNS =
            "select id, occurred_at, actor_kind, actor_id, array_to_string(actor_roles, ','),"
                    + " action, subject_type, subject_id, cast(changes as text), request_id from audit_log where ";
    private static final String PRUNE = "select prune_audit_log(:before, :most)";

    private final TenantTransactions transactions;
    private final AuditConfig config;
    private final Clock clock;

    AuditTrail(TenantTransactions transactions, AuditConfig config, Clock clock) {
        if (config.retention().compareTo(RETENTION_MIN) < 0) {
            throw new IllegalArgumentException(
                    "mailroom.audit.retention is shorter than " + RETENTION_MIN.toDays() + " days");
        }
        this.transactions = transactions;
        this.config = config;
        this.clock = clock;
    }

    /** Which entries; null does not limit. */
    record Question(
            @Nullable UUID subject,
            @Nullable UUID actor,
            @Nullable String action,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable UUID before) {}

    /** Entries of one organization, newest first. Blocks the calling virtual thread. */
    List<Object[]> ofOrganization(UUID organization, Question question, int limit) {
        return transactions.inOrganization(
                organization,
                session -> find(
                        session,
                        "organization_id = :organization",
                        Map.of("organization", organization),
                        question,
                        limit));
    }

    /** Entries of the installation as a whole, newest first. Blocks the calling virtual thread. */
    List<Object[]> ofInstallation(Question question, int limit) {
        return transactions.acrossOrganizations(
                session -> find(session, "organization_id is null", Map.of(), question, limit));
    }

    /** Removes what is older than the retention, one batch in a transaction, until nothing is. */
    @Scheduled(
            every = "{mailroom.audit.prune-interval:1h}",
            delayed = "2m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> prune() {
        return Multi.createBy()
                .repeating()
                .uni(this::pruneBatch)
                .whilst(removed -> removed >= config.pruneBatchMax())
                .collect()
                .with(java.util.stream.Collectors.summingInt(Integer::intValue))
                .invoke(removed -> {
                    if (removed > 0) {
                        LOG.infof("audit entries removed count=%d", removed);
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Integer> pruneBatch() {
        return transactions.acrossOrganizationsReactive(session -> session.createNativeQuery(PRUNE, Integer.class)
                .setParameter("before", atUtc(clock.instant().minus(config.retention())))
                .setParameter("most", config.pruneBatchMax())
                .getSingleResult());
    }

    private static Uni<List<Object[]>> find(
            Mutiny.Session session, String whose, Map<String, Object> parameters, Question question, int limit) {
        StringBuilder sql = new StringBuilder(COLUMNS).append(whose);
        Map<String, Object> values = new LinkedHashMap<>(parameters);
        also(sql, values, "subject_id = :subject", "subject", question.subject());
        also(sql, values, "actor_id = :actor", "actor", question.actor());
        also(sql, values, "action = :action", "action", question.action());
        also(sql, values, "occurred_at >= :from", "from", question.from() == null ? null : atUtc(question.from()));
        also(sql, values, "occurred_at < :to", "to", question.to() == null ? null : atUtc(question.to()));
        also(sql, values, "id < :before", "before", question.before());
        sql.append(" order by id desc");
        var query = session.createNativeQuery(sql.toString(), Object[].class);
        values.forEach(query::setParameter);
        return query.setMaxResults(limit).getResultList();
    }

    private static void also(
            StringBuilder sql, Map<String, Object> values, String condition, String name, @Nullable Object value) {
        if (value != null) {
            sql.append(" and ").append(condition);
            values.put(name, value);
        }
    }

    private static OffsetDateTime atUtc(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
