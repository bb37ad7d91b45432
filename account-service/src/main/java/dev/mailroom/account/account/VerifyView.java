package dev.mailroom.account.account;

import dev.mailroom.account.verification.LegDiagnosis;
import dev.mailroom.account.verification.Verification;
import java.util.List;

/**
 * How a tried log-in went.
 *
 * @param ok whether both servers let us in
 * @param diagnosis IMAP first, then SMTP
 */
public record VerifyView(boolean ok, List<LegDiagnosis> diagnosis) {
    static VerifyView of(Verification verification) {
        return new VerifyView(verification.isOk(), verification.diagnosis());
    }
}
