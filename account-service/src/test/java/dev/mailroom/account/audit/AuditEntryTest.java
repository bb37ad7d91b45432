package dev.mailroom.account.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class AuditEntryTest {
    private static final String EMOJI = "🦊";

    @Test
    void saysThatAValueIsCut() {
        var change = change("x".repeat(AuditEntry.VALUE_MAX_CHARACTERS + 1));

        assertThat(change.now()).isEqualTo("x".repeat(AuditEntry.VALUE_MAX_CHARACTERS) + "…");
        assertThat(change.cut()).isTrue();
        assertThat(change("x".repeat(AuditEntry.VALUE_MAX_CHARACTERS)).cut()).isFalse();
    }

    @Test
    void cutsNoCharacterInTwo() {
        String start = "x".repeat(AuditEntry.VALUE_MAX_CHARACTERS - 1);

        assertThat(change(start + EMOJI).now()).isEqualTo(start + "…");
    }

    private static AuditEntry.Change change(String now) {
        return AuditEntry.of("team.changed", "team", new UUID(0, 1))
                .field("name", null, now)
                .changes()
                .getFirst();
    }
}
