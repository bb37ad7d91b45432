package dev.mailroom.sync;

import dev.mailroom.contracts.AccountState;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The same account with something else about it. */
final class ChangedState {
    private ChangedState() {}

    /** With another kind, and paused or not. */
    static AccountState with(AccountState state, long revision, AccountState.Kind kind, boolean paused) {
        return of(state, revision, kind, paused, state.owner(), state.inboxSeen());
    }

    static AccountState ownedBy(UUID owner, AccountState state) {
        return of(state, state.revision(), state.kind(), state.paused(), owner, state.inboxSeen());
    }

    /** With INBOX as the log-in saw it that connected it. */
    static AccountState seen(AccountState state, long uidValidity, long uidNext) {
        AccountState.InboxSeen seen = new AccountState.InboxSeen(uidValidity, uidNext);
        return of(state, state.revision(), state.kind(), state.paused(), state.owner(), seen);
    }

    private static AccountState of(
            AccountState state,
            long revision,
            AccountState.Kind kind,
            boolean paused,
            @Nullable UUID owner,
            AccountState.@Nullable InboxSeen inboxSeen) {
        return new AccountState(
                state.account(),
                state.organization(),
                revision,
                kind,
                state.displayName(),
                state.email(),
                state.username(),
                state.imap(),
                state.smtp(),
                state.history(),
                paused,
                state.credentialVersion(),
                state.addresses(),
                state.sharing(),
                state.createdAt(),
                owner,
                state.audience(),
                state.aliases(),
                inboxSeen);
    }
}
