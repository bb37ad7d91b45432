package dev.mailroom.rules.rule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.rules.action.Action;
import dev.mailroom.rules.action.ActionReader;
import dev.mailroom.rules.action.ActionWriter;
import dev.mailroom.rules.condition.Condition;
import dev.mailroom.rules.condition.ConditionReader;
import dev.mailroom.rules.condition.ConditionWriter;
import dev.mailroom.rules.condition.Faults;
import dev.mailroom.rules.condition.Folding;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

@Entity
@Table(name = "rule")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields of an entity it made itself.
class RuleRow {
    /** Characters of the folded description that decide the order: what fits a cursor beside the other parts of it. */
    private static final int KEY_MAX_CHARACTERS = 100;

    private static final ObjectMapper JSON = new ObjectMapper();

    @Id
    UUID id;

    UUID organization;
    String scope;
    UUID owner;
    String type;
    String description;
    String descriptionKey;
    int position;
    boolean enabled;
    boolean stopProcessing;
    String condition;
    String actions;
    long version;
    Instant createdAt;
    Instant updatedAt;

    static RuleRow of(UUID id, Member member, RuleDraft draft, Instant now) {
        RuleRow row = new RuleRow();
        row.id = id;
        row.organization = member.organization();
        row.owner = member.user();
        row.scope = draft.scope().json();
        row.createdAt = now;
        row.set(draft, now);
        return row;
    }

    final void set(RuleDraft draft, Instant now) {
        type = draft.type();
        description = draft.description();
        descriptionKey = key(draft.description());
        position = draft.position();
        enabled = draft.enabled();
        stopProcessing = draft.stopProcessing();
        condition = ConditionWriter.write(draft.condition()).toString();
        actions = ActionWriter.write(draft.actions()).toString();
        version++;
        updatedAt = now;
    }

    /** The rule; one whose texts this version cannot read has a fault instead of failing its neighbours. */
    Rule toRule() {
        Faults faults = new Faults();
        Condition tree = Condition.always();
        List<Action> list = List.of();
        String fault = null;
        try {
            tree = ConditionReader.read(JSON.readTree(condition), "/condition", faults);
            list = ActionReader.read(JSON.readTree(actions), "/actions", faults);
        } catch (JsonProcessingException e) {
            faults.add("", "is not JSON");
        }
        if (!faults.isEmpty()) {
            fault = faults.list().getFirst().pointer() + " "
                    + faults.list().getFirst().message();
        }
        return new Rule(
                id,
                organization,
                scope(),
                owner,
                type,
                description,
                position,
                enabled,
                stopProcessing,
                tree,
                list,
                fault,
                version,
                createdAt,
                updatedAt);
    }

    Scope scope() {
        return Scope.of(scope).orElseThrow();
    }

    /** Whether the person may know of it. */
    boolean isVisibleTo(Member member) {
        return organization.equals(member.organization())
                && (scope() == Scope.ORGANIZATION || owner.equals(member.user()));
    }

    private static String key(String description) {
        String folded = Folding.fold(description);
        if (folded.length() <= KEY_MAX_CHARACTERS) {
            return folded;
        }
        int end = Character.isHighSurrogate(folded.charAt(KEY_MAX_CHARACTERS - 1))
                ? KEY_MAX_CHARACTERS - 1
                : KEY_MAX_CHARACTERS;
        return folded.substring(0, end);
    }
}
