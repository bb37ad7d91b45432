package dev.mailroom.rules.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Decides a tree for a message. Pure; the depth of the recursion is the depth of the tree. */
public final class Matcher {
    private Matcher() {}

    /**
     * Whether the tree is true. Stops at the first child that decides a group.
     *
     * @throws TooMuchEffortException if the patterns cost more than the effort allows
     */
    public static boolean matches(Condition condition, Facts facts, Effort effort) {
        return switch (condition) {
            case Condition.All all -> all.children().stream().allMatch(child -> matches(child, facts, effort));
            case Condition.Any any -> any.children().stream().anyMatch(child -> matches(child, facts, effort));
            case Condition.Not not -> !matches(not.child(), facts, effort);
            case Condition.Leaf leaf -> decide(leaf, facts, effort);
        };
    }

    /** Decides every node, also those that no longer matter: what a person looks at to see why. */
    public static Trace trace(Condition condition, Facts facts, Effort effort) {
        return trace(condition, "", facts, effort);
    }

    private static Trace trace(Condition condition, String pointer, Facts facts, Effort effort) {
        return switch (condition) {
            case Condition.All all -> {
                List<Trace> children = traces(all.children(), pointer + "/all/", facts, effort);
                yield new Trace(pointer, "all", null, null, children.stream().allMatch(Trace::matched), children);
            }
            case Condition.Any any -> {
                List<Trace> children = traces(any.children(), pointer + "/any/", facts, effort);
                yield new Trace(pointer, "any", null, null, children.stream().anyMatch(Trace::matched), children);
            }
            case Condition.Not not -> {
                Trace child = trace(not.child(), pointer + "/not", facts, effort);
                yield new Trace(pointer, "not", null, null, !child.matched(), List.of(child));
            }
            case Condition.Leaf leaf ->
                new Trace(
                        pointer,
                        "leaf",
                        leaf.field().json(),
                        leaf.operator().json(),
                        decide(leaf, facts, effort),
                        List.of());
        };
    }

    private static List<Trace> traces(List<Condition> children, String prefix, Facts facts, Effort effort) {
        List<Trace> traces = new ArrayList<>(children.size());
        for (int i = 0; i < children.size(); i++) {
            traces.add(trace(children.get(i), prefix + i, facts, effort));
        }
        return traces;
    }

    private static boolean decide(Condition.Leaf leaf, Facts facts, Effort effort) {
        effort.leaf();
        return switch (leaf) {
            case Condition.Text text -> text(text, facts);
            case Condition.Regex regex -> regex(regex, facts, effort);
            case Condition.Exists exists ->
                exists.expected() != facts.composed(exists.field()).isEmpty();
            case Condition.Ids ids ->
                ids.operator().isNegative() != facts.ids(ids.field()).stream().anyMatch(ids.values()::contains);
            case Condition.Flag flag -> flag.expected() == facts.flag(flag.field());
        };
    }

    private static boolean text(Condition.Text leaf, Facts facts) {
        String wanted = leaf.folded();
        Predicate<String> fits =
                switch (leaf.operator()) {
                    case IS, IS_NOT -> value -> value.strip().equals(wanted);
                    case CONTAINS, NOT_CONTAINS -> value -> value.contains(wanted);
                    case BEGINS_WITH -> value -> value.stripLeading().startsWith(wanted);
                    case ENDS_WITH -> value -> value.stripTrailing().endsWith(wanted);
                    case MATCHES_REGEX, EXISTS, IN, NOT_IN ->
                        throw new IllegalStateException(leaf.operator() + " is not an operator of text");
                };
        boolean any = facts.folded(leaf.field(), leaf.operator().looksInside()).stream()
                .anyMatch(fits);
        return leaf.operator().isNegative() != any;
    }

    private static boolean regex(Condition.Regex leaf, Facts facts, Effort effort) {
        for (String value : facts.composed(leaf.field())) {
            effort.pattern((long) leaf.steps() * (value.length() + 1));
            if (leaf.pattern().matcher(value).find()) {
                return true;
            }
        }
        return false;
    }
}
