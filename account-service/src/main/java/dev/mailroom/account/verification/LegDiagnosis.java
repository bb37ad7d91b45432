package dev.mailroom.account.verification;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import java.util.Set;
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

        @Schema(description = "What a person can do") String hint,

        @Schema(description = "Another port and encryption of the same host that works, where one was found") @Nullable
        Suggestion suggestion) {

    private static final String OK = "ok";

    /** Response codes of IMAP that stand in a registry (RFC 9051, 5530 and others): any other word could be the server's own. */
    private static final Set<String> IMAP_CODES = Set.of(
            "ALERT",
            "ALREADYEXISTS",
            "AUTHENTICATIONFAILED",
            "AUTHORIZATIONFAILED",
            "BADCHARSET",
            "CANNOT",
            "CLIENTBUG",
            "CLOSED",
            "CONTACTADMIN",
            "CORRUPTION",
            "EXPIRED",
            "EXPUNGEISSUED",
            "HASCHILDREN",
            "INUSE",
            "LIMIT",
            "NONEXISTENT",
            "NOPERM",
            "NOTSAVED",
            "OVERQUOTA",
            "PARSE",
            "PRIVACYREQUIRED",
            "READ-ONLY",
            "READ-WRITE",
            "REFERRAL",
            "SERVERBUG",
            "THROTTLED",
            "TRYCREATE",
            "UNAVAILABLE",
            "UNKNOWN-CTE",
            "USEATTR",
            "WEBALERT");

    /** Reply codes of SMTP and enhanced status codes (RFC 3463). */
    private static final Pattern SMTP_CODE = Pattern.compile("[245]\\d\\d|[245]\\.\\d{1,3}\\.\\d{1,3}");

    static LegDiagnosis ok(Leg leg) {
        return new LegDiagnosis(leg, Stage.OK.wireName(), OK, null, "Logged in.", null);
    }

    static LegDiagnosis failed(Leg leg, MailException failure, String hint, @Nullable Suggestion suggestion) {
        return new LegDiagnosis(
                leg,
                failure.stage().wireName(),
                failure.category().wireName(),
                wellKnown(failure.responseCode()),
                hint,
                suggestion);
    }

    private static @Nullable String wellKnown(@Nullable String code) {
        boolean shown = code != null
                && (IMAP_CODES.contains(code) || SMTP_CODE.matcher(code).matches());
        return shown ? code : null;
    }

    @JsonIgnore
    public boolean isOk() {
        return category.equals(OK);
    }
}
