package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventCodec;
import dev.mailroom.contracts.SyncStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class EventConsumerStopTest {
    @Test
    void nothingIsGivenUpOnceTheApplicationStops() {
        EventConsumer events = new EventConsumer(new SimpleMeterRegistry());
        AtomicInteger calls = new AtomicInteger();
        events.stop(new ShutdownEvent());

        events.consume(
                        record(),
                        SyncStatus.class,
                        event -> calls.incrementAndGet() <= EventConsumer.ATTEMPTS_MAX + 2
                                ? Uni.createFrom().failure(new IllegalStateException("the session factory is closed"))
                                : Uni.createFrom().voidItem())
                .await()
                .atMost(Duration.ofSeconds(20));

        assertThat(calls).hasValue(EventConsumer.ATTEMPTS_MAX + 3);
    }

    private static ConsumerRecord<String, byte[]> record() {
        CloudEvent<SyncStatus> event = new CloudEvent<>(
                UUID.randomUUID(),
                "/test",
                Instant.EPOCH,
                new SyncStatus.StateChanged(
                        UUID.randomUUID(), UUID.randomUUID(), SyncStatus.State.LIVE, null, null, null, Instant.EPOCH));
        ConsumerRecord<String, byte[]> record =
                new ConsumerRecord<>(event.topic(), 0, 0, event.partitionKey(), EventCodec.data(event));
        EventCodec.headers(event)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }
}
