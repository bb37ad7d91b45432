package dev.mailroom.account.account;

import dev.mailroom.account.verification.Push;
import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.contracts.AccountState.Sharing;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An account as a client sees it; nothing in it comes from the credential. */
public record AccountView(
        UUID id,
        UUID owner,
        Kind kind,
        String displayName,
        String email,
        String username,
        Server imap,
        Server smtp,
        History history,
        Sharing sharing,
        Sidebar sidebar,

        @Schema(
                description =
                        "connecting, importing, live, throttled, auth_failed, disconnected, needs_action or paused",
                examples = "live")
        String state,

        @Schema(description = "What a person can do, where the state asks for something") @Nullable
        String stateDetail,

        Instant stateSince,
        Capabilities capabilities,
        long revision,
        Instant createdAt,
        Instant updatedAt) {

    /** What the connection can do. IMAP has neither contacts nor calendars, and drafts stay here. */
    public record Capabilities(boolean contacts, boolean calendar, boolean drafts, Push push) {}

    static AccountView of(AccountRow row) {
        return new AccountView(
                row.id,
                row.ownerId,
                row.kind(),
                row.displayName,
                row.email,
                row.username,
                row.imap(),
                row.smtp(),
                History.ofWireName(row.history),
                row.sharing(),
                Sidebar.ofWireName(row.sidebar),
                row.shownState(),
                row.paused ? null : row.stateDetail,
                row.stateSince,
                new Capabilities(false, false, false, Push.ofWireName(row.push)),
                row.revision,
                row.createdAt,
                row.updatedAt);
    }
}
