package dev.mailroom.sync.database;

import io.vertx.mutiny.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs statements; blocks the calling virtual thread until PostgreSQL has answered. */
public interface Sql {
    /** All rows of a statement. The caller bounds them with LIMIT or by what it asks for. */
    List<Row> query(String sql, @Nullable Object... parameters);

    /** Rows that a statement changed. */
    int execute(String sql, @Nullable Object... parameters);

    /** The first row, if there is one. */
    default Optional<Row> first(String sql, @Nullable Object... parameters) {
        List<Row> rows = query(sql, parameters);
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
    }

    default <T> List<T> list(Function<Row, T> mapper, String sql, @Nullable Object... parameters) {
        List<T> mapped = new ArrayList<>();
        for (Row row : query(sql, parameters)) {
            mapped.add(mapper.apply(row));
        }
        return mapped;
    }
}
