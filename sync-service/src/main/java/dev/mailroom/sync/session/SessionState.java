package dev.mailroom.sync.session;

import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.history.HistoryImport;
import java.time.Duration;

/** Where a session is. A state that has a connection owns it; leaving such a state for one without closes it. */
sealed interface SessionState {
    /** A state with an open connection. */
    sealed interface Online extends SessionState {
        Link link();
    }

    /** About to take its turn at the host's log-in limiter. */
    record Connecting() implements SessionState {}

    /** Connected; finds out what happened while it was not. */
    record CatchingUp(Link link) implements Online {}

    /** Up to date; takes in history where the host allows one connection only, a slice at a time, with a look at live mail after each. */
    record Importing(Link link, HistoryImport history) implements Online {}

    /** Up to date; waits for news, perhaps with an import beside it. */
    record Live(Link link) implements Online {}

    /** Waits before the next try; a change of the account ends the wait. */
    record BackingOff(Duration delay) implements SessionState {}

    /** Nothing that the session can do helps; it waits for a change of the account, and tries again now and then if {@code retry} says so. */
    record AwaitingPerson(Duration retry) implements SessionState {}

    /** Over. */
    record Stopped() implements SessionState {}
}
