package dev.mailroom.sync.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BytesInFlightTest {
    private static final long MIB = 1024 * 1024;

    @Test
    void historyThatFillsItsPartLeavesLiveMailItsOwn() {
        BytesInFlight bytes = new BytesInFlight(4 * MIB);
        bytes.take(false, 3 * MIB);

        try (BytesInFlight.Taken live = bytes.take(true, MIB)) {
            assertThat(live).isNotNull();
        }
    }

    @Test
    void historyWaitsUntilThereIsRoom() throws Exception {
        BytesInFlight bytes = new BytesInFlight(4 * MIB);
        BytesInFlight.Taken first = bytes.take(false, 2 * MIB);
        CompletableFuture<BytesInFlight.Taken> second = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().start(() -> second.complete(bytes.take(false, 2 * MIB)));

        assertThat(waiting.join(java.time.Duration.ofMillis(50))).isFalse();
        assertThat(second).isNotDone();
        first.close();
        first.close();

        try (BytesInFlight.Taken taken = second.get(5, TimeUnit.SECONDS)) {
            assertThat(taken).isNotNull();
        }
    }

    @Test
    void aMessageLargerThanAllRoomTakesAllOfIt() {
        BytesInFlight bytes = new BytesInFlight(4 * MIB);

        try (BytesInFlight.Taken all = bytes.take(true, 100 * MIB)) {
            assertThat(all).isNotNull();
        }
    }

    @Test
    void aThreadThatIsToStopWaitsNoLonger() {
        BytesInFlight bytes = new BytesInFlight(4 * MIB);
        bytes.take(true, MIB);

        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> bytes.take(true, MIB)).isInstanceOf(CompletionException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
