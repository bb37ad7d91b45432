package dev.mailroom.account.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mailroom.account.verification.LegDiagnosis;
import dev.mailroom.account.verification.Verification;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How a tried log-in went.
 *
 * @param ok whether both servers let us in
 * @param diagnosis IMAP first, then SMTP
 * @param discovered only where the request left out a server
 */
public record VerifyView(
        boolean ok,
        List<LegDiagnosis> diagnosis,

        @Schema(description = "Only where the request left out imap or smtp")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        FoundServers discovered) {
    static VerifyView of(Verification verification, @Nullable FoundServers discovered) {
        return new VerifyView(verification.isOk(), verification.diagnosis(), discovered);
    }
}
