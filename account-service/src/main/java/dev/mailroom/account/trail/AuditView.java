package dev.mailroom.account.trail;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** One entry of the audit log. */
@Schema(name = "AuditEntry")
public record AuditView(
        UUID id,
        Instant at,
        Actor actor,

        @Schema(examples = "account.changed") String action,
        Subject subject,

        @Schema(
                implementation = ChangeSchema[].class,
                description = "Old and new value of each changed field; of a secret only its name, with hidden: true")
        JsonNode changes,

        @Nullable String requestId) {

    /** Who did it. */
    @Schema(name = "AuditActor")
    public record Actor(
            @Schema(enumeration = {"user", "service", "operator", "system"})
            String kind,

            @Nullable UUID id,
            List<String> roles) {}

    /** What it was done to. */
    @Schema(name = "AuditSubject")
    public record Subject(String type, @Nullable UUID id) {}

    /** How a change looks in the documentation. */
    @Schema(name = "AuditChange")
    public record ChangeSchema(
            String field,
            @Nullable String old,
            @Nullable String now,
            boolean hidden,

            @Schema(description = "true where a value has more than 500 characters and only the first are kept")
            boolean cut) {}
}
