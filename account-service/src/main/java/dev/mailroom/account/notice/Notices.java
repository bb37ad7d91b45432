package dev.mailroom.account.notice;

import com.fasterxml.uuid.NoArgGenerator;
import dev.mailroom.account.notice.NoticeCourse.Step;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;

/** Plans what the owner of an account hears of it. Stateless: the caller owns the session and therefore the transaction. */
@ApplicationScoped
public class Notices {
    /** More than a trouble and its end can leave. */
    private static final int LATEST_MAX = 8;

    private static final String LATEST = "from NoticeRow n where n.accountId = :account and n.status <> 'overtaken'"
            + " order by n.plannedAt desc, n.id desc";
    private static final String OWNER = "select owner_id from accounts where id = :account for update";
    private static final String WITHDRAW = "update NoticeRow n set n.status = 'overtaken', n.endedAt = :now"
            + " where n.accountId = :account and n.kind = 'problem' and n.status = 'planned'";

    private final SystemMails mails;
    private final NoticeCourse course;
    private final NoArgGenerator ids;
    private final Clock clock;
    private final MeterRegistry metrics;

    Notices(SystemMails mails, NoticeConfig config, NoArgGenerator ids, Clock clock, MeterRegistry metrics) {
        this.mails = mails;
        this.course = new NoticeCourse(config.gatherTime(), config.settleTime(), config.repeatAfter());
        this.ids = ids;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Plans or withdraws a notice in the transaction that stores the state. The account must exist in the session's organization. */
    public Uni<Void> reported(Mutiny.Session session, Report report) {
        Instant now = clock.instant();
        // The lock of the account puts the reports about it in a row.
        return session.createNativeQuery(OWNER, UUID.class)
                .setParameter("account", report.account())
                .getSingleResult()
                .chain(owner -> session.createSelectionQuery(LATEST, NoticeRow.class)
                        .setParameter("account", report.account())
                        .setMaxResults(LATEST_MAX)
                        // Against a mail that is being made of them: what it says comes first.
                        .setLockMode(LockMode.PESSIMISTIC_WRITE)
                        .getResultList()
                        .chain(latest -> take(session, report, owner, course.on(report.state(), latest, now), now)));
    }

    /** The owner is at it: a trouble that was not told yet is not told, unless it comes again. */
    public Uni<Void> personActed(Mutiny.Session session, UUID account) {
        return session.createMutationQuery(WITHDRAW)
                .setParameter("account", account)
                .setParameter("now", clock.instant())
                .executeUpdate()
                .replaceWithVoid();
    }

    private Uni<Void> take(Mutiny.Session session, Report report, UUID owner, Step step, Instant now) {
        return switch (step) {
            case Step.Nothing() -> Uni.createFrom().voidItem();
            case Step.Plan(String kind, Instant dueAt) -> plan(session, report, owner, kind, dueAt, now);
            case Step.Restate(NoticeRow planned) -> {
                planned.accountState = report.state();
                planned.category = report.category();
                yield session.flush();
            }
            case Step.Withdraw(NoticeRow planned) -> {
                planned.overtaken(now);
                yield session.flush();
            }
            case Step.WithdrawAndPlan(NoticeRow planned, String kind, Instant dueAt) -> {
                planned.overtaken(now);
                yield session.flush().chain(() -> plan(session, report, owner, kind, dueAt, now));
            }
        };
    }

    private Uni<Void> plan(Mutiny.Session session, Report report, UUID owner, String kind, Instant dueAt, Instant now) {
        NoticeRow row = NoticeRow.planned(ids.generate(), report, owner, kind, now, dueAt);
        if (!mails.isOn()) {
            row.unmailed("off", now);
        }
        metrics.counter("mailroom.notices", "kind", kind, "outcome", row.status).increment();
        return session.persist(row).chain(session::flush);
    }
}
