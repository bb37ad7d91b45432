package dev.mailroom.rules.condition;

import dev.mailroom.http.FieldError;
import java.util.ArrayList;
import java.util.List;

/** What a tree may say and a person rarely means. */
public final class Advice {
    private Advice() {}

    /**
     * What to tell the person who saves this tree.
     *
     * @param pointer where the tree stands in the body, for example {@code /condition}
     */
    public static List<FieldError> on(Condition condition, String pointer) {
        List<FieldError> advice = new ArrayList<>();
        collect(condition, pointer, advice);
        return advice;
    }

    private static void collect(Condition condition, String pointer, List<FieldError> advice) {
        switch (condition) {
            case Condition.All all -> children(all.children(), pointer + "/all/", advice);
            case Condition.Not not -> collect(not.child(), pointer + "/not", advice);
            case Condition.Any any -> {
                for (int i = 0; i < any.children().size(); i++) {
                    if (any.children().size() > 1
                            && any.children().get(i) instanceof Condition.Leaf leaf
                            && leaf.operator().isNegative()) {
                        advice.add(
                                new FieldError(
                                        pointer + "/any/" + i,
                                        "is true for most messages, and one true condition is enough here; all is usually meant"));
                    }
                }
                children(any.children(), pointer + "/any/", advice);
            }
            case Condition.Leaf leaf -> {
                // Nothing to say about one alone.
            }
        }
    }

    private static void children(List<Condition> children, String prefix, List<FieldError> advice) {
        for (int i = 0; i < children.size(); i++) {
            collect(children.get(i), prefix + i, advice);
        }
    }
}
