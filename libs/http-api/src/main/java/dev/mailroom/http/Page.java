package dev.mailroom.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param data at most {@code limit} entries
 * @param next the cursor of the part after this one, null at the end
 */
public record Page<T>(List<T> data, @Nullable String next) {

    public Page {
        data = List.copyOf(data);
    }

    /**
     * Cuts a page off rows that were asked for with one more than the limit.
     *
     * @param rows at most {@code limit + 1}, in order
     * @param position where the last row of the page stands, what {@link PageRequest#after()} gives back for the next one
     */
    public static <R> Page<R> of(List<R> rows, int limit, Function<R, String> position) {
        if (rows.size() <= limit) {
            return new Page<>(rows, null);
        }
        List<R> page = rows.subList(0, limit);
        return new Page<>(page, encode(position.apply(page.getLast())));
    }

    /** A page that ends before its limit because enough was looked at: the next one goes on at the position. */
    public static <R> Page<R> upTo(List<R> rows, String position) {
        return new Page<>(rows, encode(position));
    }

    public <V> Page<V> map(Function<? super T, ? extends V> view) {
        return new Page<V>(data.stream().<V>map(view).toList(), next);
    }

    static String encode(String position) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(position.getBytes(StandardCharsets.UTF_8));
    }

    static String decode(String cursor) {
        return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
    }
}
