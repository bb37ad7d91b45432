package dev.mailroom.sync.session;

import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.mailbox.MissingRoles;
import dev.mailroom.sync.ownership.Fence;
import dev.mailroom.sync.ownership.FencedWrites;
import dev.mailroom.sync.sent.FullMailbox;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Writes what is said of a session, and tells it when it is something new. */
@Singleton
class SessionReport {
    private static final Logger LOG = Logger.getLogger(SessionReport.class);

    private static final Map<String, String> HINTS = Map.ofEntries(
            Map.entry(
                    "credentials_refused",
                    "The server refuses the user name or the password: enter the password again."),
            Map.entry("app_password_needed", "The provider wants an app password: create one and enter it."),
            Map.entry("protocol_disabled", "Switch IMAP on in the settings of the mailbox."),
            Map.entry("certificate_untrusted", "The certificate of the server is not trusted."),
            Map.entry("certificate_self_signed", "The certificate of the server is self-signed."),
            Map.entry("tls_too_old", "The server speaks no version of TLS that is safe: it needs 1.2 or newer."),
            Map.entry(
                    "domain_user_needed",
                    "The server refuses the log-in: enter the user name as DOMAIN\\user or user@domain."),
            Map.entry("certificate_expired", "The certificate of the server has expired."),
            Map.entry("certificate_wrong_host", "The certificate of the server is for another host."),
            Map.entry("address_not_allowed", "The address of the server may not be reached from here."),
            Map.entry("not_tls", "The server does not speak TLS on this port: try the other encryption."),
            Map.entry("contact_admin", "The provider asks to contact its administrator."));

    private final FencedWrites writes;
    private final Clock clock;

    @Inject
    SessionReport(FencedWrites writes, Clock clock) {
        this.writes = writes;
        this.clock = clock;
    }

    void say(Fence fence, UUID account, SyncStatus.State state, @Nullable String category) {
        boolean changed = writes.write(fence, tx -> {
            if (state == SyncStatus.State.LIVE && MissingRoles.any(tx, account)) {
                // Mail comes in, and some of what people do with it cannot be done.
                return Accounts.changeState(
                        tx,
                        account,
                        SyncStatus.State.NEEDS_ACTION,
                        MissingRoles.CATEGORY,
                        MissingRoles.HINT,
                        clock.instant());
            }
            if (state == SyncStatus.State.LIVE && FullMailbox.any(tx, account)) {
                return Accounts.changeState(
                        tx,
                        account,
                        SyncStatus.State.NEEDS_ACTION,
                        FullMailbox.CATEGORY,
                        FullMailbox.HINT,
                        clock.instant());
            }
            return Accounts.changeState(
                    tx, account, state, category, category == null ? null : HINTS.get(category), clock.instant());
        });
        if (changed) {
            LOG.infof("account=%s state=%s category=%s", account, state, category);
        }
    }

    void synced(Fence fence, UUID account, String push) {
        writes.write(
                fence,
                tx -> tx.execute(
                        "update account set synced_at = $2, push = $3 where id = $1",
                        account,
                        clock.instant().atOffset(ZoneOffset.UTC),
                        push));
    }
}
