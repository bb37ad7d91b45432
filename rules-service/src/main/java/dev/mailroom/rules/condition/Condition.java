package dev.mailroom.rules.condition;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** A tree of conditions. Immutable; made by {@link ConditionReader} only, so every tree keeps its limits. */
public sealed interface Condition {
    /** Levels of groups, the root included. */
    int DEPTH_MAX_LEVELS = 8;

    /** Leaves of one tree. */
    int LEAVES_MAX = 100;

    /** Characters of a text value. */
    int VALUE_MAX_CHARACTERS = 1_000;

    /** Ids of an {@code in} or {@code not_in}. */
    int IDS_MAX = 200;

    /** True if every child is; without children it is always true. */
    record All(List<Condition> children) implements Condition {
        public All {
            children = List.copyOf(children);
        }
    }

    /** True if a child is. */
    record Any(List<Condition> children) implements Condition {
        public Any {
            children = List.copyOf(children);
        }
    }

    record Not(Condition child) implements Condition {}

    /** A question about one field. */
    sealed interface Leaf extends Condition {
        Field field();

        Operator operator();
    }

    /**
     * Compares text without regard to case and form.
     *
     * @param value as it was written, for people
     * @param folded what is compared, see {@link Folding}
     */
    record Text(Field field, Operator operator, String value, String folded) implements Leaf {}

    /**
     * Finds a pattern anywhere in a value, in time linear in the value's length.
     *
     * @param steps an upper estimate of the work for each character of the value
     */
    record Regex(Field field, String value, Pattern pattern, int steps) implements Leaf {
        @Override
        public Operator operator() {
            return Operator.MATCHES_REGEX;
        }
    }

    /** Whether the field has a value that is not empty. */
    record Exists(Field field, boolean expected) implements Leaf {
        @Override
        public Operator operator() {
            return Operator.EXISTS;
        }
    }

    record Ids(Field field, Operator operator, Set<UUID> values) implements Leaf {
        public Ids {
            values = Set.copyOf(values);
        }
    }

    record Flag(Field field, boolean expected) implements Leaf {
        @Override
        public Operator operator() {
            return Operator.IS;
        }
    }

    /** The tree of a rule that wants every message. */
    static Condition always() {
        return new All(List.of());
    }

    /** Every leaf of the tree, from left to right. */
    default List<Leaf> leaves() {
        return switch (this) {
            case All all ->
                all.children().stream()
                        .flatMap(child -> child.leaves().stream())
                        .toList();
            case Any any ->
                any.children().stream()
                        .flatMap(child -> child.leaves().stream())
                        .toList();
            case Not not -> not.child().leaves();
            case Leaf leaf -> List.of(leaf);
        };
    }
}
