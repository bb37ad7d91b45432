package dev.mailroom.rules.condition;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each node of a tree came to.
 *
 * @param pointer JSON pointer of the node in the rule's condition, "" for the root
 * @param kind {@code all}, {@code any}, {@code not} or {@code leaf}
 * @param field of a leaf, else null
 * @param op of a leaf, else null
 */
public record Trace(
        String pointer,
        String kind,
        @Nullable String field,
        @Nullable String op,
        boolean matched,
        List<Trace> children) {

    public Trace {
        children = List.copyOf(children);
    }

    /** Pointers of the leaves that are true. */
    public List<String> matchedLeaves() {
        List<String> pointers = new ArrayList<>();
        collect(pointers);
        return pointers;
    }

    private void collect(List<String> pointers) {
        if (field != null && matched) {
            pointers.add(pointer);
        }
        children.forEach(child -> child.collect(pointers));
    }
}
