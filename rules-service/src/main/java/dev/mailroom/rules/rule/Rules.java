package dev.mailroom.rules.rule;

import dev.mailroom.contracts.EventIds;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.http.Problems;
import dev.mailroom.outbox.Transactions;
import dev.mailroom.rules.account.Accounts;
import dev.mailroom.rules.account.KnownAccount;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What people do with rules. Blocking: called on a virtual thread, one transaction each. */
@Singleton
public class Rules {
    /** Between the positions that a new order gives, so that a rule can be put between two by hand. */
    static final int POSITION_STEP = 10;

    /**
     * A rule, the accounts it names that are not there (with one of them it is broken), and those whose mail it does not see.
     */
    record Shown(Rule rule, Set<UUID> missing, Set<UUID> unseen) {}

    /** A key that stands for a request. */
    record Request(IdempotencyKey key, String digest) {}

    private final Transactions transactions;
    private final RuleRepository repository;
    private final Accounts accounts;
    private final Clock clock;

    Rules(Transactions transactions, RuleRepository repository, Accounts accounts, Clock clock) {
        this.transactions = transactions;
        this.repository = repository;
        this.accounts = accounts;
        this.clock = clock;
    }

    /**
     * Makes a rule, or gives the one that the same request made before.
     *
     * @throws dev.mailroom.http.ProblemException 403, 409 {@code rule-limit}, {@code rule-deleted} or {@code idempotency-key-reused}
     */
    Shown create(Member member, RuleDraft draft, Optional<Request> request) {
        member.requireWrite(draft.scope());
        return transactions.inTransaction(session -> repository
                .touch(session, member.organization())
                .chain(() -> earlier(session, member, request))
                .chain(earlier ->
                        earlier != null ? Uni.createFrom().item(earlier) : insert(session, member, draft, request))
                .chain(row -> shown(session, row)));
    }

    Shown get(Member member, UUID id) {
        return transactions.inTransaction(
                session -> visible(session, member, id).chain(row -> shown(session, row)));
    }

    /** The rule, for another feature's answer about it. @throws dev.mailroom.http.ProblemException 404 */
    public Uni<Rule> find(Mutiny.Session session, Member member, UUID id) {
        return visible(session, member, id).map(RuleRow::toRule);
    }

    Page<Shown> list(Member member, @Nullable Scope scope, PageRequest request) {
        int limit = request.limit();
        RuleRepository.Position after = request.after().map(RulePositions::read).orElse(null);
        return transactions.inTransaction(session -> repository
                .page(session, member, scope, after, limit + 1)
                .chain(rows -> {
                    Page<RuleRow> page = Page.of(rows, limit, RulePositions::write);
                    return shown(session, member.organization(), page.data())
                            .map(shown -> new Page<>(shown, page.next()));
                }));
    }

    Shown replace(Member member, UUID id, RuleDraft draft) {
        return transactions.inTransaction(session -> repository
                .touch(session, member.organization())
                .chain(() -> visible(session, member, id))
                .chain(row -> {
                    member.requireWrite(row.scope());
                    if (row.scope() != draft.scope()) {
                        throw Problems.unprocessable(
                                "rule-scope-fixed", "A rule keeps its scope; create another rule in the other scope");
                    }
                    row.set(draft, clock.instant());
                    return session.flush().chain(() -> shown(session, row));
                }));
    }

    /** How many rules of all people of an organization name an account; of more than {@link RuleRepository#BROKEN_MAX} not all. */
    int naming(UUID organization, UUID account) {
        return transactions.inTransaction(session -> repository
                .naming(session, organization, account)
                .map(rows -> (int) rows.stream()
                        .filter(row -> row.toRule().accounts().contains(account))
                        .count()));
    }

    void delete(Member member, UUID id) {
        transactions.inTransaction(session -> repository
                .touch(session, member.organization())
                .chain(() -> visible(session, member, id))
                .chain(row -> {
                    member.requireWrite(row.scope());
                    return session.remove(row);
                }));
    }

    /**
     * Puts the rules of a scope in the order of the list.
     *
     * @throws dev.mailroom.http.ProblemException 409 {@code rules-changed} unless the list names each of them once
     */
    void reorder(Member member, Scope scope, List<UUID> order) {
        member.requireWrite(scope);
        Set<UUID> wanted = new LinkedHashSet<>(order);
        transactions.inTransaction(session -> repository
                .touch(session, member.organization())
                .chain(() -> repository.all(session, member, scope))
                .chain(rows -> {
                    Map<UUID, RuleRow> byId = new HashMap<>();
                    rows.forEach(row -> byId.put(row.id, row));
                    if (wanted.size() != order.size() || !wanted.equals(byId.keySet())) {
                        throw Problems.conflict(
                                "rules-changed", "The list must name each " + scope.json() + " rule exactly once");
                    }
                    int position = POSITION_STEP;
                    for (UUID id : order) {
                        RuleRow row = Objects.requireNonNull(byId.get(id));
                        row.position = position;
                        row.version++;
                        row.updatedAt = clock.instant();
                        position += POSITION_STEP;
                    }
                    return session.flush();
                }));
    }

    private Uni<RuleRow> insert(Mutiny.Session session, Member member, RuleDraft draft, Optional<Request> request) {
        return repository.count(session, member, draft.scope()).chain(count -> {
            if (count >= Rule.RULES_MAX) {
                throw Problems.conflict(
                        "rule-limit",
                        "There are " + count + " " + draft.scope().json() + " rules; at most " + Rule.RULES_MAX
                                + " are possible");
            }
            RuleRow row = RuleRow.of(UUID.randomUUID(), member, draft, clock.instant());
            return session.persist(row)
                    .chain(() -> request.isEmpty()
                            ? Uni.createFrom().voidItem()
                            : session.persist(remembered(member, request.get(), row.id)))
                    .chain(session::flush)
                    .replaceWith(row);
        });
    }

    private IdempotencyRow remembered(Member member, Request request, UUID rule) {
        IdempotencyRow row = new IdempotencyRow();
        row.id = idOf(member, request);
        row.request = request.digest();
        row.rule = rule;
        row.createdAt = clock.instant();
        return row;
    }

    /** The rule that the same request has made before; null if there was none. */
    private Uni<@Nullable RuleRow> earlier(Mutiny.Session session, Member member, Optional<Request> request) {
        if (request.isEmpty()) {
            return Uni.createFrom().nullItem();
        }
        return session.find(IdempotencyRow.class, idOf(member, request.get())).chain(known -> {
            if (known == null) {
                return Uni.createFrom().nullItem();
            }
            if (!known.request.equals(request.get().digest())) {
                throw IdempotencyKey.reused();
            }
            return repository
                    .find(session, member, known.rule)
                    .map(
                            row -> row.orElseThrow(
                                    () -> Problems.conflict(
                                            "rule-deleted",
                                            "The rule that this request made was deleted; use another Idempotency-Key to make one again")));
        });
    }

    private static UUID idOf(Member member, Request request) {
        return EventIds.of(
                "rule.request",
                member.organization(),
                member.user(),
                request.key().value());
    }

    private Uni<RuleRow> visible(Mutiny.Session session, Member member, UUID id) {
        return repository.find(session, member, id).map(row -> row.orElseThrow(() -> Problems.notFound("Rule " + id)));
    }

    private Uni<Shown> shown(Mutiny.Session session, RuleRow row) {
        return shown(session, row.organization, List.of(row)).map(List::getFirst);
    }

    private Uni<List<Shown>> shown(Mutiny.Session session, UUID organization, List<RuleRow> rows) {
        List<Rule> rules = rows.stream().map(RuleRow::toRule).toList();
        Set<UUID> named = new LinkedHashSet<>();
        rules.forEach(rule -> named.addAll(rule.accounts()));
        return accounts.existing(session, organization, named)
                .map(existing -> rules.stream()
                        .map(rule -> new Shown(rule, RulesInForce.missing(rule, existing), unseen(rule, existing)))
                        .toList());
    }

    private static Set<UUID> unseen(Rule rule, Map<UUID, KnownAccount> existing) {
        Set<UUID> unseen = new LinkedHashSet<>();
        for (UUID id : rule.accounts()) {
            KnownAccount account = existing.get(id);
            if (account != null && rule.knows(account) && !rule.sees(account)) {
                unseen.add(id);
            }
        }
        return unseen;
    }
}
