package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kafka says nothing to the replica that leads: it is cut off, or Kafka is away. */
class SilentKafkaTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final RelayStack stack = new RelayStack();
    private ServerSocket silent;

    @BeforeEach
    void listen() throws IOException {
        silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        stack.close();
        silent.close();
    }

    @Test
    void theLeadGoesToAReplicaThatReachesKafkaAndTheOrderStays() {
        OutboxRelay cutOff = relayWithoutKafka();
        await().atMost(LONG).until(cutOff::isLeading);
        for (int number = 0; number < 20; number++) {
            stack.insert("a", Integer.toString(number));
        }

        OutboxRelay other = stack.relay(RelayStack.impatient(), Failpoint.none());

        await().atMost(LONG).until(() -> stack.count("outbox") == 0);
        assertThat(other.isLeading()).isTrue();
        assertThat(cutOff.isLeading()).isFalse();
        assertThat(stack.read(20)).extracting(RelayStack::text).isEqualTo(numbers(20));
    }

    @Test
    void theLeadStaysWhereNobodyReachesKafkaAndGoesToTheFirstOneThatDoes() {
        // Given: one has given the lead to the other, which is no better
        OutboxRelay one = relayWithoutKafka();
        await().atMost(LONG).until(one::isLeading);
        stack.insert("a", "0");
        OutboxRelay other = relayWithoutKafka();
        await().atMost(LONG).until(other::isLeading);

        // When
        long leader = stack.leader();
        await().during(Duration.ofSeconds(4)).atMost(LONG).until(() -> other.isLeading() && stack.leader() == leader);

        // Then
        OutboxRelay third = stack.relay(RelayStack.impatient(), Failpoint.none());
        await().atMost(LONG).until(third::isLeading);
        await().atMost(LONG).until(() -> stack.count("outbox") == 0);
    }

    @Test
    void aTopicThatIsNotThereIsNoReasonToGiveTheLeadAway() {
        OutboxRelay leader = stack.relay(RelayStack.impatient(), Failpoint.none());
        await().atMost(LONG).until(leader::isLeading);
        long backend = stack.leader();
        stack.relay(RelayStack.impatient(), Failpoint.none());

        stack.insertAll(List.of(RelayStack.row(stack.topic + ".missing", "a", "0")));

        await().during(Duration.ofSeconds(4)).atMost(LONG).until(() -> stack.leader() == backend);
        assertThat(stack.count("outbox")).isEqualTo(1);
    }

    private OutboxRelay relayWithoutKafka() {
        return stack.relay(
                Map.of("bootstrap.servers", "127.0.0.1:" + silent.getLocalPort()),
                RelayStack.impatient(),
                Failpoint.none());
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }
}
