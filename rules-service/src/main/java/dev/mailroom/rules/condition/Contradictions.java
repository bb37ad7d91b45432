package dev.mailroom.rules.condition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds groups that no message can fulfil: conditions under one {@code all} that ask a field for two things at once. Sound, not
 * complete: what it reports never matches; what it does not report may still never match.
 */
final class Contradictions {
    private record Placed(Condition.Leaf leaf, String pointer) {}

    private Contradictions() {}

    static void find(Condition condition, String pointer, Faults faults) {
        switch (condition) {
            case Condition.All all -> {
                List<Placed> together = new ArrayList<>();
                gather(all, pointer, together);
                compare(together, faults);
                inside(all.children(), pointer + "/all/", faults, true);
            }
            case Condition.Any any -> inside(any.children(), pointer + "/any/", faults, false);
            case Condition.Not not -> {
                // Inside a "not" a group that is never true makes the whole always true: odd, but not a fault.
            }
            case Condition.Leaf leaf -> {
                // Alone it contradicts nothing.
            }
        }
    }

    private static void inside(List<Condition> children, String prefix, Faults faults, boolean gathered) {
        for (int i = 0; i < children.size(); i++) {
            // An "all" directly under an "all" was compared with it.
            if (!gathered || !(children.get(i) instanceof Condition.All)) {
                find(children.get(i), prefix + i, faults);
            }
        }
    }

    private static void gather(Condition.All all, String pointer, List<Placed> together) {
        for (int i = 0; i < all.children().size(); i++) {
            String at = pointer + "/all/" + i;
            switch (all.children().get(i)) {
                case Condition.All nested -> gather(nested, at, together);
                case Condition.Leaf leaf -> together.add(new Placed(leaf, at));
                case Condition.Any any -> {
                    // One of its children is enough, so nothing in it is asked for.
                }
                case Condition.Not not -> {
                    // What is denied is not asked for.
                }
            }
        }
    }

    private static void compare(List<Placed> together, Faults faults) {
        for (int later = 1; later < together.size(); later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                String reason =
                        reason(together.get(earlier).leaf(), together.get(later).leaf());
                if (reason != null) {
                    faults.add(
                            together.get(later).pointer(),
                            "makes the rule match never: " + reason + ", see "
                                    + together.get(earlier).pointer());
                    break;
                }
            }
        }
    }

    private static @Nullable String reason(Condition.Leaf one, Condition.Leaf other) {
        if (one.field() != other.field()) {
            return null;
        }
        String name = one.field().json();
        if (one instanceof Condition.Flag a && other instanceof Condition.Flag b && a.expected() != b.expected()) {
            return name + " cannot be both true and false";
        }
        if (one instanceof Condition.Exists a && other instanceof Condition.Exists b && a.expected() != b.expected()) {
            return name + " cannot be both there and not there";
        }
        if ((isAbsence(one) && needsValue(other)) || (isAbsence(other) && needsValue(one))) {
            return name + " cannot have a value and be absent";
        }
        if (one instanceof Condition.Text a && other instanceof Condition.Text b) {
            return texts(a, b);
        }
        if (one instanceof Condition.Ids a && other instanceof Condition.Ids b) {
            return ids(a, b);
        }
        return null;
    }

    private static boolean isAbsence(Condition.Leaf leaf) {
        return leaf instanceof Condition.Exists exists && !exists.expected();
    }

    private static boolean needsValue(Condition.Leaf leaf) {
        return leaf instanceof Condition.Text text
                && !text.operator().isNegative()
                // A display name is looked at by "contains" and is no value of the field.
                && !text.operator().looksInside();
    }

    private static @Nullable String texts(Condition.Text one, Condition.Text other) {
        boolean same = one.folded().equals(other.folded());
        String name = one.field().json();
        if (one.operator() == Operator.IS && other.operator() == Operator.IS) {
            return one.field().isSingle() && !same ? name + " has one value and cannot be two" : null;
        }
        boolean opposite = one.operator() != other.operator()
                && (isPair(one, other, Operator.IS, Operator.IS_NOT)
                        || isPair(one, other, Operator.CONTAINS, Operator.NOT_CONTAINS));
        return opposite && same ? name + " cannot fit a value and not fit it" : null;
    }

    private static boolean isPair(Condition.Leaf one, Condition.Leaf other, Operator positive, Operator negative) {
        return (one.operator() == positive && other.operator() == negative)
                || (one.operator() == negative && other.operator() == positive);
    }

    private static @Nullable String ids(Condition.Ids one, Condition.Ids other) {
        if (!one.field().isSingle()) {
            return null;
        }
        boolean never;
        if (!one.operator().isNegative() && !other.operator().isNegative()) {
            never = one.values().stream().noneMatch(other.values()::contains);
        } else if (one.operator().isNegative() && other.operator().isNegative()) {
            never = false;
        } else {
            Condition.Ids wanted = one.operator().isNegative() ? other : one;
            Condition.Ids refused = one.operator().isNegative() ? one : other;
            Set<UUID> left = new HashSet<>(wanted.values());
            left.removeAll(refused.values());
            never = left.isEmpty();
        }
        return never ? one.field().json() + " cannot be both" : null;
    }
}
