package dev.mailroom.account.notice;

import dev.mailroom.account.notice.NoticeLetter.Item;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.account.state.Advice;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes one mail of what an owner is to hear. What is no longer true by then is left out.
 *
 * <p>One transaction for each owner: its notices, locked, and the mail. Replicas keep out of each other's way with a lock on the owner.
 */
class Gathering {
    /** Owners of one round; the next begins with the next tick. */
    static final int OWNERS_MAX = 50;

    /** Notices of an owner that are looked at in one round. */
    static final int NOTICES_MAX = 500;

    static final String PURPOSE = "notice";

    /** How long an owner waits for whom a round failed. */
    static final Duration AFTER_FAILURE = Duration.ofMinutes(5);

    private static final Logger LOG = Logger.getLogger(Gathering.class);
    private static final Duration DAY = Duration.ofDays(1);

    /** The first of two numbers of an advisory lock; the second is made of the owner. */
    private static final int LOCK_OF_OWNERS = 1_835_100_601;

    private static final String DUE_OWNERS =
            "select organization_id, owner_id from notices where status = 'planned' and due_at <= :now"
                    + " group by organization_id, owner_id order by min(due_at) limit " + OWNERS_MAX;
    private static final String LOCK = "select pg_try_advisory_xact_lock(" + LOCK_OF_OWNERS + ", hashtext(:owner))";
    private static final String PLANNED =
            "from NoticeRow n where n.ownerId = :owner and n.organizationId = :organization"
                    + " and n.status = 'planned' and (n.dueAt <= :now or n.kind = 'problem' and n.dueAt <= :soon)"
                    + " order by n.plannedAt, n.id";
    private static final String ACCOUNTS =
            "select id, display_name, email, paused, state from accounts where id in (:accounts)";
    private static final String POSTPONE = "update notices set due_at = :later where owner_id = :owner"
            + " and organization_id = :organization and status = 'planned' and due_at <= :now";
    private static final String MAILED_TODAY =
            "select count(*), min(planned_at) from system_mails where user_id = :owner"
                    + " and organization_id = :organization and purpose = '" + PURPOSE + "' and planned_at > :after";
    private static final String PROBLEM_MAIL =
            "select case when n.status = 'unmailed' then 'failed' else coalesce(m.state, 'sent') end"
                    + " from notices n left join system_mails m on m.id = n.mail_id"
                    + " where n.account_id = :account and n.kind = 'problem' and n.status in ('mailed', 'unmailed')"
                    + " order by n.planned_at desc, n.id desc limit 1";
    private static final String PRUNE = "delete from notices where status <> 'planned' and ended_at < :before"
            + " and exists (select 1 from notices n where n.account_id = notices.account_id and n.planned_at > notices.planned_at)";

    private final TenantTransactions transactions;
    private final SystemMails mails;
    private final OwnerAddresses addresses;
    private final NoticeConfig config;
    private final NoticeLetter letters;
    private final Clock clock;
    private final MeterRegistry metrics;

    Gathering(
            TenantTransactions transactions,
            SystemMails mails,
            OwnerAddresses addresses,
            NoticeConfig config,
            Clock clock,
            MeterRegistry metrics) {
        this.transactions = transactions;
        this.mails = mails;
        this.addresses = addresses;
        this.config = config;
        this.letters = new NoticeLetter(config.linkBase());
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Blocks its virtual thread. What goes wrong for one owner keeps no other waiting. */
    void run() {
        List<Object[]> owners =
                transactions.acrossOrganizations(session -> session.createNativeQuery(DUE_OWNERS, Object[].class)
                        .setParameter("now", Times.of(clock.instant()))
                        .getResultList());
        for (Object[] owner : owners) {
            UUID organization = (UUID) owner[0];
            UUID user = (UUID) owner[1];
            try {
                transactions.inOrganization(
                        organization,
                        session -> lock(session, user)
                                .chain(mine -> mine
                                        ? gather(session, organization, user)
                                        : Uni.createFrom().voidItem()));
            } catch (RuntimeException e) {
                LOG.errorf(e, "notices not gathered owner=%s organization=%s", user, organization);
                metrics.counter("mailroom.notice.failures").increment();
                postpone(organization, user);
            }
        }
    }

    /** So that an owner who always fails does not stand at the head of every round. */
    private void postpone(UUID organization, UUID owner) {
        Instant now = clock.instant();
        try {
            transactions.inOrganization(
                    organization,
                    session -> session.createNativeQuery(POSTPONE)
                            .setParameter("owner", owner)
                            .setParameter("organization", organization)
                            .setParameter("now", Times.of(now))
                            .setParameter("later", Times.of(now.plus(AFTER_FAILURE)))
                            .executeUpdate());
        } catch (RuntimeException e) {
            LOG.errorf(e, "notices not postponed owner=%s organization=%s", owner, organization);
        }
    }

    /** Removes what has been over for longer; the last notice of an account stays, because what follows depends on it. */
    Uni<Integer> prune(Mutiny.Session session, Duration keep) {
        return session.createNativeQuery(PRUNE)
                .setParameter("before", Times.of(clock.instant().minus(keep)))
                .executeUpdate();
    }

    private static Uni<Boolean> lock(Mutiny.Session session, UUID owner) {
        return session.createNativeQuery(LOCK, Boolean.class)
                .setParameter("owner", owner.toString())
                .getSingleResult();
    }

    private Uni<Void> gather(Mutiny.Session session, UUID organization, UUID owner) {
        Instant now = clock.instant();
        return session.createSelectionQuery(PLANNED, NoticeRow.class)
                .setParameter("owner", owner)
                .setParameter("organization", organization)
                .setParameter("now", now)
                .setParameter("soon", now.plus(config.gatherTime()))
                .setMaxResults(NOTICES_MAX)
                .setLockMode(LockMode.PESSIMISTIC_WRITE)
                .getResultList()
                .chain(planned -> planned.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : stillTrue(session, planned, now)
                                .chain(items -> items.isEmpty()
                                        ? Uni.createFrom().voidItem()
                                        : tell(session, organization, owner, items, now))
                                .chain(session::flush));
    }

    /** A planned notice and what the letter says of it. */
    private record Due(NoticeRow notice, Item item) {}

    private Uni<List<Due>> stillTrue(Mutiny.Session session, List<NoticeRow> planned, Instant now) {
        return session.createNativeQuery(ACCOUNTS, Object[].class)
                .setParameter(
                        "accounts", planned.stream().map(row -> row.accountId).toList())
                .getResultList()
                .chain(rows -> {
                    Map<UUID, Object[]> accounts = new HashMap<>();
                    rows.forEach(row -> accounts.put((UUID) row[0], row));
                    List<Due> due = new ArrayList<>();
                    Uni<Void> checked = Uni.createFrom().voidItem();
                    for (NoticeRow notice : planned) {
                        Object[] account = accounts.get(notice.accountId);
                        if (account == null || (Boolean) account[3] || isOver(notice, (String) account[4])) {
                            notice.overtaken(now);
                            continue;
                        }
                        Due candidate = new Due(notice, item(notice, account));
                        checked = notice.kind.equals(NoticeRow.PROBLEM)
                                ? checked.invoke(() -> due.add(candidate))
                                : checked.chain(() -> afterProblem(session, candidate, due, now));
                    }
                    return checked.replaceWith(due);
                });
    }

    /** The end of a trouble is told to those who heard of the trouble. */
    private Uni<Void> afterProblem(Mutiny.Session session, Due recovery, List<Due> due, Instant now) {
        return session.createNativeQuery(PROBLEM_MAIL, String.class)
                .setParameter("account", recovery.notice().accountId)
                .getSingleResultOrNull()
                .invoke(state -> {
                    switch (state == null ? SystemMailRow.FAILED : state) {
                        case SystemMailRow.SENT, SystemMailRow.UNCERTAIN -> due.add(recovery);
                        case SystemMailRow.FAILED -> ended(recovery.notice(), "problem_not_mailed", now);
                        default -> recovery.notice().dueAt = now.plus(config.settleTime());
                    }
                })
                .replaceWithVoid();
    }

    private static boolean isOver(NoticeRow notice, String state) {
        return notice.kind.equals(NoticeRow.PROBLEM) == Advice.isWorking(state);
    }

    private static Item item(NoticeRow notice, Object[] account) {
        return new Item(
                notice.accountId,
                (String) account[1],
                (String) account[2],
                notice.kind,
                notice.accountState,
                notice.category,
                notice.since);
    }

    private Uni<Void> tell(Mutiny.Session session, UUID organization, UUID owner, List<Due> due, Instant now) {
        return session.createNativeQuery(MAILED_TODAY, Object[].class)
                .setParameter("owner", owner)
                .setParameter("organization", organization)
                .setParameter("after", Times.of(now.minus(DAY)))
                .getSingleResult()
                .chain(today -> {
                    if (((Number) today[0]).intValue() >= config.ownerMailsPerDay()) {
                        // They wait for a later mail, in which they are one.
                        due.forEach(one -> one.notice().dueAt = now.plus(waitFor(today[1], now)));
                        return Uni.createFrom().voidItem();
                    }
                    return addresses
                            .of(session, organization, owner)
                            .chain(address -> mail(session, organization, owner, due, address, now));
                });
    }

    private static Duration waitFor(@Nullable Object oldest, Instant now) {
        Instant first = oldest instanceof java.time.OffsetDateTime time
                ? time.toInstant()
                : oldest instanceof Instant instant ? instant : now;
        Duration wait = Duration.between(now, first.plus(DAY));
        return wait.isPositive() ? wait : Duration.ofMinutes(1);
    }

    private Uni<Void> mail(
            Mutiny.Session session,
            UUID organization,
            UUID owner,
            List<Due> due,
            Optional<String> address,
            Instant now) {
        if (address.flatMap(MailAddress::sendable).isEmpty()) {
            due.forEach(one -> ended(one.notice(), "no_address", now));
            return Uni.createFrom().voidItem();
        }
        Letter letter = letters.of(due.stream().map(Due::item).toList(), now);
        return mails.write(session, new SystemMail(organization, owner, PURPOSE, address.get(), letter))
                .invoke(mail -> due.forEach(one -> {
                    one.notice().mailed(mail, now);
                    count(one.notice());
                }))
                .replaceWithVoid();
    }

    private void ended(NoticeRow notice, String reason, Instant now) {
        notice.unmailed(reason, now);
        count(notice);
    }

    private void count(NoticeRow notice) {
        metrics.counter("mailroom.notices", "kind", notice.kind, "outcome", notice.status)
                .increment();
    }
}
