package dev.mailroom.sync.database;

import io.vertx.mutiny.sqlclient.Row;
import java.util.List;

/** What PostgreSQL answers to a statement that was sent; each question waits until it has. Belongs to the thread of its transaction. */
public interface Answer {
    /** All rows. */
    List<Row> rows();
}
