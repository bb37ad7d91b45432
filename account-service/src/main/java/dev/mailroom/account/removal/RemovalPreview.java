package dev.mailroom.account.removal;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Counts what goes with an account. */
@ApplicationScoped
public class RemovalPreview {
    private static final String OWN = """
            select (select count(*) from aliases l where l.account_id = a.id),
                   case when a.sharing_mode <> 'shared' then 0
                        when a.sharing_team is not null then
                            (select count(*) from team_people p where p.team_id = a.sharing_team and p.user_id <> a.owner_id)
                        when cardinality(a.sharing_users) > 0 then cardinality(a.sharing_users)
                        else (select count(*) from users u
                              where u.organization_id = a.organization_id and u.removed_at is null and u.id <> a.owner_id)
                   end
            from accounts a where a.id = :account
            """;

    private final SyncCounts sync;
    private final RuleCounts rules;

    RemovalPreview(SyncCounts sync, RuleCounts rules) {
        this.sync = sync;
        this.rules = rules;
    }

    /**
     * What goes with an account; null where it is not known.
     *
     * @param messages that this installation holds a copy of
     * @param people besides the owner who see the account
     * @param rules that name the account
     */
    public record Counts(
            @Nullable Long messages,
            @Nullable Long mailboxes,
            long aliases,
            long people,
            @Nullable Long rules) {}

    /** @param remarks sentences about what could not be counted */
    public record Contents(Counts counts, List<String> remarks) {}

    /** What this service has itself. */
    public record Own(long aliases, long people) {}

    public Uni<Own> own(Mutiny.Session session, UUID account) {
        return session.createNativeQuery(OWN, Object[].class)
                .setParameter("account", account)
                .getSingleResult()
                .map(row -> new Own(((Number) row[0]).longValue(), ((Number) row[1]).longValue()));
    }

    /** Adds what the others have. Blocks its virtual thread for at most the longer of the configured times; no transaction may be open. */
    public Contents with(Own own, UUID organization, UUID account) {
        Optional<SyncCounts.Counts> synced;
        Optional<Long> naming;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<Long>> asked = threads.submit(() -> rules.of(organization, account));
            synced = sync.of(organization, account);
            naming = answer(asked);
        }
        List<String> remarks = new ArrayList<>();
        if (synced.isEmpty()) {
            remarks.add("Messages and mailboxes could not be counted: sync-service did not answer in time.");
        }
        if (naming.isEmpty()) {
            remarks.add("Rules that name the account could not be counted: rules-service did not answer in time.");
        }
        remarks.add("Rules that name the account stay and no longer match.");
        return new Contents(
                new Counts(
                        synced.map(SyncCounts.Counts::messages).orElse(null),
                        synced.map(SyncCounts.Counts::mailboxes).orElse(null),
                        own.aliases(),
                        own.people(),
                        naming.orElse(null)),
                remarks);
    }

    private static Optional<Long> answer(Future<Optional<Long>> asked) {
        try {
            return asked.get();
        } catch (InterruptedException e) {
            asked.cancel(true);
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a count that is not there is empty", e.getCause());
        }
    }
}
