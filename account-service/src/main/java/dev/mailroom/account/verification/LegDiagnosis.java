package dev.mailroom.account.verification;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How the log-in to one server went. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LegDiagnosis(
        Leg leg,

        @Schema(
                description = "How far it came; a later stage means that the earlier ones succeeded",
                examples = "login",
                enumeration = {
                    "dns",
                    "address",
                    "connect",
                    "tls",
                    "certificate",
                    "starttls",
                    "greeting",
                    "login",
                    "select",
                    "command",
                    "ok"
                })
        String stage,

        @Schema(description = "What happened, a stable word", examples = "credentials_refused")
        String category,

        @Schema(
                description = "The server's response code, where it gave a well-formed one",
                examples = "AUTHENTICATIONFAILED")
        @Nullable
        String code,

        @Schema(description = "What a person can do") String hint) {

    private static final String OK = "ok";

    // RFC 5530 response codes and RFC 3463 status codes. Anything else could carry the server's own words.
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z-]{1,31}|[245]\\.\\d{1,3}\\.\\d{1,3}");

    static LegDiagnosis ok(Leg leg) {
        return new LegDiagnosis(leg, Stage.OK.wireName(), OK, null, "Logged in.");
    }

    static LegDiagnosis failed(Leg leg, MailException failure, String hint) {
        String code = failure.responseCode();
        return new LegDiagnosis(
                leg,
                failure.stage().wireName(),
                failure.category().wireName(),
                code != null && CODE.matcher(code).matches() ? code : null,
                hint);
    }

    @JsonIgnore
    public boolean isOk() {
        return category.equals(OK);
    }
}
