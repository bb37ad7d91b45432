package dev.mailroom.rules.rule;

import dev.mailroom.rules.account.Accounts;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * The enabled rules that see an account's mail, compiled. Kept in memory, least recently used out first, and used only while the
 * version in the database is the one they were read at. Thread safe.
 */
@Singleton
public class RulesInForce {
    /** Rules that are kept compiled. */
    static final int CACHED_RULES_MAX = 50_000;

    /** @param owner null for the organization's own rules */
    private record Key(UUID organization, @Nullable UUID owner) {}

    private record Cached(long version, List<Rule> rules) {
        /** An empty set takes room as well. */
        int weight() {
            return rules.size() + 1;
        }
    }

    private final RuleRepository repository;
    private final Accounts accounts;
    private final Map<Key, Cached> cache = new LinkedHashMap<>(16, 0.75f, true);
    private int weight;

    RulesInForce(RuleRepository repository, Accounts accounts) {
        this.repository = repository;
        this.accounts = accounts;
    }

    /**
     * In order of position and description, without broken ones.
     *
     * @param owner the person whose personal rules they are; null for the organization's
     */
    public Uni<List<Rule>> of(Mutiny.Session session, UUID organization, @Nullable UUID owner) {
        Key key = new Key(organization, owner);
        // The version is read before the rules: a change in between makes this copy stale, never a stale copy current.
        return repository.version(session, organization).chain(version -> {
            List<Rule> cached = cached(key, version);
            return cached != null
                    ? Uni.createFrom().item(cached)
                    : load(session, key).invoke(rules -> keep(key, new Cached(version, rules)));
        });
    }

    /** The accounts that a rule names and that are not there. */
    static Set<UUID> missing(Rule rule, Set<UUID> existing) {
        Set<UUID> missing = new HashSet<>(rule.accounts());
        missing.removeAll(existing);
        return missing;
    }

    private Uni<List<Rule>> load(Mutiny.Session session, Key key) {
        return repository.enabled(session, key.organization(), key.owner()).chain(rows -> {
            List<Rule> rules = rows.stream()
                    .map(RuleRow::toRule)
                    .filter(rule -> rule.fault() == null)
                    .toList();
            Set<UUID> named = new LinkedHashSet<>();
            rules.forEach(rule -> named.addAll(rule.accounts()));
            return accounts.existing(session, key.organization(), named)
                    .map(existing -> rules.stream()
                            .filter(rule -> missing(rule, existing.keySet()).isEmpty())
                            .toList());
        });
    }

    private synchronized @Nullable List<Rule> cached(Key key, long version) {
        Cached cached = cache.get(key);
        return cached != null && cached.version() == version ? cached.rules() : null;
    }

    private synchronized void keep(Key key, Cached cached) {
        Cached before = cache.get(key);
        if (before != null && before.version() > cached.version()) {
            return;
        }
        cache.put(key, cached);
        weight += cached.weight() - (before == null ? 0 : before.weight());
        Iterator<Map.Entry<Key, Cached>> eldest = cache.entrySet().iterator();
        while (weight > CACHED_RULES_MAX && cache.size() > 1) {
            weight -= eldest.next().getValue().weight();
            eldest.remove();
        }
    }

    /** What is kept now, for a test of the bound. */
    synchronized List<Integer> weights() {
        return new ArrayList<>(cache.values().stream().map(Cached::weight).toList());
    }
}
