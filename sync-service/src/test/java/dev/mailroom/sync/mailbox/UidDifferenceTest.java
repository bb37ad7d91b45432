package dev.mailroom.sync.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailclient.imap.MessageSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

class UidDifferenceTest {
    private static final LongPredicate LIVE = uid -> uid >= 1;

    @Test
    void findsWhatCameWhatWentAndWhatChanged() {
        Map<Long, UidDifference.Stored> stored = Map.of(1L, stored(""), 2L, stored("\\Seen"), 3L, stored(""));

        UidDifference difference = UidDifference.complete(
                stored, List.of(summary(4), summary(1, "\\Seen"), summary(2, "\\seen")), LIVE, Set.of());

        assertThat(difference.arrived()).extracting(MessageSummary::uid).containsExactly(4L);
        assertThat(difference.vanished()).containsExactly(3L);
        assertThat(difference.changed()).extracting(MessageSummary::uid).containsExactly(1L);
    }

    @Test
    void leavesHistoryToTheImport() {
        assertThat(UidDifference.complete(Map.of(), List.of(summary(4), summary(5)), uid -> uid >= 5, Set.of())
                        .arrived())
                .extracting(MessageSummary::uid)
                .containsExactly(5L);
    }

    @Test
    void concludesNothingFromSilence() {
        assertThat(UidDifference.partial(Map.of(1L, stored("")), List.of(), LIVE, Set.of()))
                .isEqualTo(UidDifference.NONE);
    }

    @Test
    void doesNotTakeInWhatIsMarkedDeletedOrInQuarantine() {
        assertThat(UidDifference.complete(Map.of(), List.of(summary(4, "\\Deleted"), summary(5)), LIVE, Set.of(5L))
                        .arrived())
                .isEmpty();
    }

    @Test
    void seesWhatWasMissingComeBack() {
        UidDifference difference = UidDifference.complete(
                Map.of(1L, new UidDifference.Stored("", true, 0), 2L, new UidDifference.Stored("", true, 0)),
                List.of(summary(1)),
                LIVE,
                Set.of());

        assertThat(difference.reappeared()).containsExactly(1L);
        assertThat(difference.vanished()).isEmpty();
    }

    @Test
    void makesTheStoredEqualToTheServerWhateverHappened() {
        Random random = new Random(5);
        for (int run = 0; run < 200; run++) {
            Map<Long, UidDifference.Stored> stored = new HashMap<>();
            List<MessageSummary> server = new ArrayList<>();
            for (long uid = 1; uid <= 30; uid++) {
                if (random.nextBoolean()) {
                    stored.put(uid, stored(random.nextBoolean() ? "\\Seen" : ""));
                }
                if (random.nextBoolean()) {
                    server.add(random.nextBoolean() ? summary(uid, "\\Seen") : summary(uid));
                }
            }
            UidDifference difference = UidDifference.complete(stored, server, LIVE, Set.of());

            Set<Long> after = new HashSet<>(stored.keySet());
            difference.vanished().forEach(after::remove);
            difference.arrived().forEach(summary -> after.add(summary.uid()));
            assertThat(after)
                    .isEqualTo(new HashSet<>(
                            server.stream().map(MessageSummary::uid).toList()));
        }
    }

    private static UidDifference.Stored stored(String flags) {
        return new UidDifference.Stored(flags, false, 0);
    }

    private static MessageSummary summary(long uid, String... flags) {
        return new MessageSummary(uid, Set.of(flags), Instant.EPOCH, 10, 0);
    }
}
