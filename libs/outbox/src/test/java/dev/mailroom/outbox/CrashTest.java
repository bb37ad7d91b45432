package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.mutiny.sqlclient.Tuple;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The process dies between two steps of the relay; another one goes on. */
class CrashTest {
    private static final int KEYS = 5;
    private static final int PER_KEY = 20;

    private final RelayStack stack = new RelayStack();

    @AfterEach
    void close() {
        stack.close();
    }

    @ParameterizedTest
    @CsvSource({"SELECTED,1", "SENT,2", "DELETED,2"})
    void losesNothingRepeatsOnlyKnownIdsAndKeepsTheOrder(String step, int times) throws Exception {
        List<Tuple> rows = new ArrayList<>();
        for (int number = 0; number < PER_KEY; number++) {
            for (int key = 0; key < KEYS; key++) {
                rows.add(RelayStack.row(stack.topic, "key-" + key, Integer.toString(number)));
            }
        }
        stack.insertAll(rows);

        assertThat(crash(step, times)).isEqualTo(CrashingRelay.CRASHED);
        assertThat(stack.count("outbox")).isPositive();
        stack.relay();

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(stack.count("outbox")).isZero());
        List<ConsumerRecord<String, byte[]>> records = stack.read(KEYS * PER_KEY);
        List<String> expected =
                IntStream.range(0, PER_KEY).mapToObj(Integer::toString).toList();
        for (int key = 0; key < KEYS; key++) {
            assertThat(RelayStack.firstsOf("key-" + key, records)).isEqualTo(expected);
        }
        assertThat(records.stream().map(CrashTest::id).distinct()).hasSize(KEYS * PER_KEY);
        // Only a batch that was sent and not deleted comes again.
        assertThat(records).hasSize(KEYS * PER_KEY + (step.equals("SENT") ? 20 : 0));
    }

    private static String id(ConsumerRecord<String, byte[]> record) {
        return new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8);
    }

    private int crash(String step, int times) throws IOException, InterruptedException {
        Process process = CrashingRelay.start(stack.database, Failpoint.Step.valueOf(step), times);
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
