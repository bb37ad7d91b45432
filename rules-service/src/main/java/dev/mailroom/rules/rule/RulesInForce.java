package dev.mailroom.rules.rule;

import dev.mailroom.rules.account.Accounts;
import dev.mailroom.rules.account.KnownAccount;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * The enabled rules that see an account's mail, compiled. Kept in memory and used only while the version in the database is the
 * one they were read at. Thread safe.
 */
@Singleton
public class RulesInForce {
    private final RuleRepository repository;
    private final Accounts accounts;
    private final RuleCache cache = new RuleCache();

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
        RuleCache.Key key = new RuleCache.Key(organization, owner);
        // The version is read before the rules: a change in between makes this copy stale, never a stale copy current.
        return repository.version(session, organization).chain(version -> {
            List<Rule> cached = cache.get(key, version);
            return cached != null
                    ? Uni.createFrom().item(cached)
                    : load(session, key).invoke(rules -> cache.put(key, version, rules));
        });
    }

    /** The accounts that a rule names and that are not there, or not for its owner to see. */
    public static Set<UUID> missing(Rule rule, Map<UUID, KnownAccount> existing) {
        Set<UUID> missing = new HashSet<>(rule.accounts());
        missing.removeIf(id -> {
            KnownAccount account = existing.get(id);
            return account != null && rule.knows(account);
        });
        return missing;
    }

    private Uni<List<Rule>> load(Mutiny.Session session, RuleCache.Key key) {
        return repository.enabled(session, key.organization(), key.owner()).chain(rows -> {
            List<Rule> rules = rows.stream()
                    .map(RuleRow::toRule)
                    .filter(rule -> rule.fault() == null)
                    .toList();
            Set<UUID> named = new LinkedHashSet<>();
            rules.forEach(rule -> named.addAll(rule.accounts()));
            return accounts.existing(session, key.organization(), named)
                    .map(existing -> rules.stream()
                            .filter(rule -> missing(rule, existing).isEmpty())
                            .toList());
        });
    }
}
