package dev.mailroom.rules.evaluation;

import dev.mailroom.rules.condition.Condition;
import dev.mailroom.rules.condition.Effort;
import dev.mailroom.rules.condition.Facts;
import dev.mailroom.rules.condition.Field;
import dev.mailroom.rules.condition.Matcher;
import dev.mailroom.rules.condition.TooMuchEffortException;
import dev.mailroom.rules.rule.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Decides which rules match a message. Pure but for the stopwatch. */
final class RulePass {
    /**
     * A rule that matched, or that could not be decided.
     *
     * @param matched JSON pointers of the conditions that were true
     * @param fault why it could not be decided, else null
     */
    record Match(Rule rule, List<String> matched, @Nullable String fault, long micros) {
        Match {
            matched = List.copyOf(matched);
        }
    }

    private final Facts facts;
    private final Effort effort;
    private final LongSupplier nanos;
    private final boolean junk;

    /**
     * @param junk whether the provider holds it for junk: then only rules that ask for junk see it
     * @param nanos a stopwatch in nanoseconds
     */
    RulePass(Facts facts, Effort effort, boolean junk, LongSupplier nanos) {
        this.facts = facts;
        this.effort = effort;
        this.junk = junk;
        this.nanos = nanos;
    }

    /** The matches in the order of the rules. */
    List<Match> over(List<Rule> rules) {
        List<Match> matches = new ArrayList<>();
        for (Rule rule : rules) {
            if (!junk || asksForJunk(rule)) {
                Match match = decide(rule);
                if (match != null) {
                    matches.add(match);
                }
            }
        }
        return matches;
    }

    static boolean asksForJunk(Rule rule) {
        for (Condition.Leaf leaf : rule.condition().leaves()) {
            if (leaf.field() == Field.SPAM) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Match decide(Rule rule) {
        long began = nanos.getAsLong();
        try {
            if (!Matcher.matches(rule.condition(), facts, effort)) {
                return null;
            }
            List<String> matched =
                    Matcher.trace(rule.condition(), facts, effort).matchedLeaves();
            return new Match(rule, matched, null, (nanos.getAsLong() - began) / 1_000);
        } catch (TooMuchEffortException e) {
            return new Match(
                    rule,
                    List.of(),
                    "its patterns cost more than one message may",
                    (nanos.getAsLong() - began) / 1_000);
        }
    }
}
