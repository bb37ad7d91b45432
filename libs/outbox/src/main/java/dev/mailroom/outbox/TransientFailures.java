package dev.mailroom.outbox;

import com.fasterxml.jackson.core.JacksonException;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tells failures of the surroundings, which pass, from failures of the event, which do not. */
public final class TransientFailures {
    /**
     * Classes of SQLSTATE: 08 connection, 40 roll-back (serialization, deadlock), 53 resources, 57 operator (shutdown,
     * cancelled), 58 system. Class 25 (read only) is what a server says that is no longer the primary.
     */
    private static final Set<String> CLASSES = Set.of("08", "25", "40", "53", "57", "58");

    /** lock_not_available; cannot connect now is in class 57. */
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private static final int CAUSES_MAX = 16;

    private TransientFailures() {}

    /** Whether the failure or one of its causes says that the same work may succeed later. */
    public static boolean isTransient(Throwable failure) {
        Throwable current = failure;
        for (int depth = 0; current != null && depth < CAUSES_MAX; depth++, current = current.getCause()) {
            String state = sqlStateOf(current);
            if (state != null) {
                return CLASSES.contains(state.substring(0, 2)) || state.equals(LOCK_NOT_AVAILABLE);
            }
            if (current instanceof PgException) {
                return false;
            }
            if (current instanceof JacksonException) {
                // An IOException by descent only: the same bytes stay unreadable.
                return false;
            }
            // NoStackTraceThrowable is how the pool says that no connection was free in time, a plain VertxException
            // how the
            // client says that a connection could not be made or broke. Its other descendants are faults of the work.
            if (current instanceof RetryLaterException
                    || current instanceof IOException
                    || current instanceof TimeoutException
                    || current instanceof ClosedConnectionException
                    || current.getClass() == VertxException.class
                    || current instanceof NoStackTraceException
                    || current instanceof NoStackTraceThrowable) {
                return true;
            }
        }
        return false;
    }

    /** Class and SQLSTATE of a failure: what may be logged, for a message can quote a row. */
    public static String nameOf(Throwable failure) {
        StringBuilder name = new StringBuilder(failure.getClass().getSimpleName());
        Throwable current = failure;
        for (int depth = 0; current != null && depth < CAUSES_MAX; depth++, current = current.getCause()) {
            String state = sqlStateOf(current);
            if (state != null) {
                return name.append(" SQLSTATE ").append(state).toString();
            }
        }
        return name.toString();
    }

    /** Hibernate Reactive hands the client's exception on as one of JDBC, and not always with its cause. */
    private static @Nullable String sqlStateOf(Throwable failure) {
        String state =
                switch (failure) {
                    case PgException pg -> pg.getSqlState();
                    case SQLException sql -> sql.getSQLState();
                    default -> null;
                };
        return state != null && state.length() == 5 ? state : null;
    }
}
