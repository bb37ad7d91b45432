package dev.mailroom.rules.rule;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A rule as it is sent. What only the service decides may be sent back and is passed over. */
@JsonIgnoreProperties({"id", "owner", "state", "problems", "warnings", "version", "created_at", "updated_at"})
record RuleBody(
        @Schema(required = true, examples = "Invoices") @Nullable
        String description,

        @Schema(required = true, examples = "incoming_email") @Nullable
        String type,

        @Schema(
                required = true,
                enumeration = {"personal", "organization"})
        @Nullable
        String scope,

        @Nullable Integer position,
        @Nullable Boolean enabled,
        @Nullable Boolean stopProcessing,

        @Schema(description = "{all|any: [...]}, {not: {...}} or {field, op, value}; nothing wants every message")
        @Nullable
        JsonNode condition,

        @Nullable JsonNode timing,

        @Schema(required = true, description = "Objects with a type, done in this order") @Nullable
        JsonNode actions) {}
