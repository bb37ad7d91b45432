package dev.mailroom.account.verification;

import java.util.List;

/**
 * The outcome for both servers.
 *
 * @param diagnosis IMAP first, then SMTP
 * @param push how the IMAP server tells about new mail; POLL if it was not reached
 */
public record Verification(List<LegDiagnosis> diagnosis, Push push) {
    public boolean isOk() {
        return diagnosis.stream().allMatch(LegDiagnosis::isOk);
    }
}
