package dev.mailroom.sync.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.mailbox.MailboxRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatusTurnsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    private final StatusTurns turns = new StatusTurns();

    @Test
    void fewMailboxesAreAllAskedForEachTime() {
        List<MailboxRow> rows = rows(StatusTurns.STATUSES_MAX);

        assertThat(turns.next(rows)).containsExactlyInAnyOrderElementsOf(rows);
        assertThat(turns.next(rows)).containsExactlyInAnyOrderElementsOf(rows);
    }

    @Test
    void ofTenThousandEachSweepAsksForSoManyAndEachMailboxHasItsTurn() {
        List<MailboxRow> rows = rows(10_000);
        Set<MailboxRow> asked = new HashSet<>();
        int sweeps = 0;

        while (asked.size() < rows.size() && sweeps < 1_000) {
            Set<MailboxRow> turn = turns.next(rows);
            assertThat(turn).hasSize(StatusTurns.STATUSES_MAX);
            asked.addAll(turn);
            sweeps++;
        }

        int inTurn = StatusTurns.STATUSES_MAX - StatusTurns.LATELY_MAX;
        assertThat(sweeps).isLessThanOrEqualTo(10_000 / inTurn + 1);
    }

    @Test
    void whatHasARoleOrChangedLatelyIsAskedForEachTime() {
        List<MailboxRow> rows = rows(2_000);
        MailboxRow sent = row(2_000, MailboxRole.SENT, null);
        MailboxRow busy = row(2_001, null, NOW.plusSeconds(1));
        rows.add(sent);
        rows.add(busy);

        for (int i = 0; i < 10; i++) {
            assertThat(turns.next(rows)).contains(sent, busy);
        }
    }

    @Test
    void mailboxesThatComeAndGoDoNotStopTheTurns() {
        List<MailboxRow> rows = rows(1_000);
        Set<MailboxRow> asked = new HashSet<>(turns.next(rows));
        List<MailboxRow> left = new ArrayList<>(rows.subList(300, 1_000));

        for (int i = 0; i < 4; i++) {
            asked.addAll(turns.next(left));
        }

        assertThat(asked).containsAll(left);
    }

    private static List<MailboxRow> rows(int count) {
        List<MailboxRow> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(row(i, null, NOW.minusSeconds(i)));
        }
        return rows;
    }

    private static MailboxRow row(int number, @Nullable MailboxRole role, @Nullable Instant checkedAt) {
        String name = "folder" + number;
        return new MailboxRow(
                UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                new MailboxName(name, '/'),
                List.of(name),
                true,
                role,
                null,
                null,
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                Set.of(),
                "done",
                checkedAt,
                null);
    }
}
