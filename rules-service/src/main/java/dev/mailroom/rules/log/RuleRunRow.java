package dev.mailroom.rules.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.contracts.RuleEvent;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

@Entity
@Table(name = "rule_run")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields of an entity it made itself.
class RuleRunRow {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<String>> POINTERS = new TypeReference<>() {};
    private static final TypeReference<List<RuleEvent.ActionOutcome>> OUTCOMES = new TypeReference<>() {};

    @Id
    UUID id;

    UUID rule;
    UUID event;
    UUID organization;
    UUID account;
    UUID message;
    UUID conversation;
    String outcome;
    String reason;
    String matched;
    String actions;
    long durationMicros;
    Instant at;

    static RuleRunRow of(RuleRun run) {
        RuleRunRow row = new RuleRunRow();
        row.id = run.id();
        row.rule = run.rule();
        row.event = run.event();
        row.organization = run.organization();
        row.account = run.account();
        row.message = run.message();
        row.conversation = run.conversation();
        row.outcome = run.outcome().json();
        row.reason = run.reason();
        row.durationMicros = run.durationMicros();
        row.at = run.at();
        try {
            row.matched = JSON.writeValueAsString(run.matched());
            row.actions = JSON.writeValueAsString(run.actions());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("run " + run.id() + " cannot be written as JSON", e);
        }
        return row;
    }

    RuleRun toRun() {
        try {
            return new RuleRun(
                    id,
                    rule,
                    event,
                    organization,
                    account,
                    message,
                    conversation,
                    RuleRun.Outcome.valueOf(outcome.toUpperCase(Locale.ROOT)),
                    reason,
                    JSON.readValue(matched, POINTERS),
                    JSON.readValue(actions, OUTCOMES),
                    durationMicros,
                    at);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("row of run " + id + " is not what was written", e);
        }
    }
}
