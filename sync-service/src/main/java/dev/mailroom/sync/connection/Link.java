package dev.mailroom.sync.connection;

import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.ownership.Fence;
import java.time.Instant;
import java.util.UUID;

/**
 * An open session with the account it serves and the right to write for it.
 *
 * @param openedAt when it was opened: what was learned before may have changed since
 */
public record Link(ImapSession imap, Account account, Fence fence, Instant openedAt) {
    public UUID accountId() {
        return account.id();
    }

    public UUID organization() {
        return account.organization();
    }

    /**
     * How the server tells news: {@code notify}, {@code idle} or {@code poll}.
     *
     * @param watchesAll whether it agreed to tell of all mailboxes
     */
    public String push(boolean watchesAll) {
        if (!imap.supports("IDLE")) {
            return "poll";
        }
        return watchesAll ? "notify" : "idle";
    }
}
