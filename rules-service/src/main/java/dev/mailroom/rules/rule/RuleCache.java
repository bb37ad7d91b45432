package dev.mailroom.rules.rule;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Compiled rules by who sees mail through them; the least recently used go first. Thread safe. */
final class RuleCache {
    /** Rules that are kept compiled; a set without rules counts for one. */
    static final int RULES_MAX = 50_000;

    /** Whose rules they are; {@code owner} is null for the organization's own. */
    record Key(UUID organization, @Nullable UUID owner) {}

    private record Entry(long version, List<Rule> rules) {
        int weight() {
            return rules.size() + 1;
        }
    }

    private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private int weight;

    /** The rules as they were at this version, null if they are not kept. */
    synchronized @Nullable List<Rule> get(Key key, long version) {
        Entry entry = entries.get(key);
        return entry != null && entry.version() == version ? entry.rules() : null;
    }

    /** Keeps rules unless newer ones are kept: two readers may finish in the other order than they began. */
    synchronized void put(Key key, long version, List<Rule> rules) {
        Entry before = entries.get(key);
        if (before != null && before.version() > version) {
            return;
        }
        Entry entry = new Entry(version, List.copyOf(rules));
        entries.put(key, entry);
        weight += entry.weight() - (before == null ? 0 : before.weight());
        Iterator<Entry> eldest = entries.values().iterator();
        while (weight > RULES_MAX && entries.size() > 1) {
            weight -= eldest.next().weight();
            eldest.remove();
        }
    }

    /** Sum of what is kept, at most {@link #RULES_MAX} unless one set alone is larger. */
    synchronized int weight() {
        return weight;
    }
}
