package dev.mailroom.outbox;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.SyncStatus;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jspecify.annotations.Nullable;

/** The consumer of the test application: writes a note per event, and fails as a test says. */
@Singleton
class NoteConsumer {
    @Inject
    EventConsumer events;

    @Inject
    Transactions transactions;

    @Inject
    Inbox inbox;

    /** By account: what the n-th call, from 1, fails with, after the note is written; null for success. */
    final Map<UUID, IntFunction<@Nullable Throwable>> failures = new ConcurrentHashMap<>();

    final Map<UUID, AtomicInteger> calls = new ConcurrentHashMap<>();

    @Incoming("status")
    Uni<Void> on(ConsumerRecord<String, byte[]> record) {
        return events.consume(
                record,
                SyncStatus.class,
                event -> transactions.inReactiveTransaction(session -> inbox.once(
                        session,
                        "test",
                        event.id(),
                        () -> session.persist(new Note(UUID.randomUUID(), "event " + event.id()))
                                .chain(() -> failOrNot(event)))));
    }

    private Uni<Void> failOrNot(CloudEvent<SyncStatus> event) {
        UUID account = event.data().account();
        int call = calls.computeIfAbsent(account, _ -> new AtomicInteger()).incrementAndGet();
        Throwable failure = failures.getOrDefault(account, _ -> null).apply(call);
        return failure == null ? Uni.createFrom().voidItem() : Uni.createFrom().failure(failure);
    }
}
