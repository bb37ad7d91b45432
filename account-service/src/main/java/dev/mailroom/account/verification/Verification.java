package dev.mailroom.account.verification;

import dev.mailroom.contracts.AccountState.InboxSeen;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome for both servers.
 *
 * @param diagnosis IMAP first, then SMTP
 * @param push how the IMAP server tells about new mail; POLL if it was not reached
 * @param inbox as the log-in saw it; null if the server did not say, or was not reached
 */
public record Verification(
        List<LegDiagnosis> diagnosis, Push push, @Nullable InboxSeen inbox) {
    public boolean isOk() {
        return diagnosis.stream().allMatch(LegDiagnosis::isOk);
    }
}
