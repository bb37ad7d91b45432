package dev.mailroom.account.account;

import dev.mailroom.account.state.Action;
import dev.mailroom.account.state.Advice;
import dev.mailroom.account.verification.Push;
import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.contracts.AccountState.Server;
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
        SharingView sharing,
        Sidebar sidebar,

        @Schema(
                description =
                        "connecting, importing, live, throttled, auth_failed, disconnected, needs_action or paused",
                examples = "live")
        String state,

        @Schema(description = "What a person can do, where the state asks for something") @Nullable
        String stateDetail,

        @Schema(description = "Why, a stable word, where the state has a reason", examples = "credentials_refused")
        @Nullable
        String stateCategory,

        @Schema(description = "What the state asks of a person, for a program that shows the right button")
        Action action,

        Instant stateSince,

        @Schema(
                description = "Whether the owner was told of the trouble by mail: planned, mailed or not_mailed;"
                        + " null without a trouble",
                examples = "mailed")
        @Nullable
        String ownerNotice,

        Capabilities capabilities,
        long revision,
        Instant createdAt,
        Instant updatedAt) {

    /** What the connection can do. IMAP has neither contacts nor calendars, and drafts stay here. */
    public record Capabilities(boolean contacts, boolean calendar, boolean drafts, Push push) {}

    static AccountView of(AccountRow row) {
        Advice advice = Advice.of(row.shownState(), row.stateCategory);
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
                SharingView.of(row.sharing()),
                Sidebar.ofWireName(row.sidebar),
                row.shownState(),
                row.paused ? null : detail(row, advice),
                row.paused ? null : row.stateCategory,
                advice.action(),
                row.stateSince,
                row.ownerNotice,
                new Capabilities(false, false, false, Push.ofWireName(row.push)),
                row.revision,
                row.createdAt,
                row.updatedAt);
    }

    /** What sync-service said, or the advice for the state where it said nothing. */
    private static @Nullable String detail(AccountRow row, Advice advice) {
        return row.stateDetail == null ? advice.todo() : row.stateDetail;
    }
}
