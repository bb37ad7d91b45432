package dev.mailroom.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Topic {@code mailroom.sync.status}, key: account. Written by sync-service. */
public sealed interface SyncStatus extends MailroomEvent {

    UUID account();

    @Override
    default UUID subject() {
        return account();
    }

    @Override
    default String partitionKey() {
        return account().toString();
    }

    /** The state of an account's session with its server. */
    enum State {
        @JsonProperty("connecting")
        CONNECTING,
        @JsonProperty("importing")
        IMPORTING,
        @JsonProperty("live")
        LIVE,
        @JsonProperty("throttled")
        THROTTLED,
        @JsonProperty("auth_failed")
        AUTH_FAILED,
        @JsonProperty("disconnected")
        DISCONNECTED,
        @JsonProperty("needs_action")
        NEEDS_ACTION,
        @JsonProperty("paused")
        PAUSED
    }

    /**
     * The session is in another state than before.
     *
     * @param previous null for the first state of an account
     * @param category why, a stable word such as {@code credentials_refused}; null where it needs no reason
     * @param detail what a person can do, never the server's own words before it was authenticated
     */
    @EventType("sync.state_changed")
    record StateChanged(
            UUID account,
            UUID organization,
            State state,
            @Nullable State previous,
            @Nullable String category,
            @Nullable String detail,
            Instant since)
            implements SyncStatus {
        public StateChanged {
            Required.of("account", account);
            Required.of("organization", organization);
            Required.of("state", state);
            Required.of("since", since);
        }
    }

    /**
     * How far the history import is.
     *
     * @param total messages in the window, as counted so far
     * @param etaSeconds null while there is no rate to estimate from
     */
    @EventType("sync.import_progress")
    record ImportProgress(
            UUID account,
            UUID organization,
            long done,
            long total,
            boolean finished,
            @Nullable Long etaSeconds) implements SyncStatus {
        public ImportProgress {
            Required.of("account", account);
            Required.of("organization", organization);
        }
    }
}
