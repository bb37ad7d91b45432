package dev.mailroom.rules.evaluation;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.outbox.EventConsumer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Reads what happens in mailboxes, one event after the other, so the order of an account is kept. */
@ApplicationScoped
class MailEventConsumer {
    private final EventConsumer events;
    private final Evaluations evaluations;

    MailEventConsumer(EventConsumer events, Evaluations evaluations) {
        this.events = events;
        this.evaluations = evaluations;
    }

    @Incoming("mail-events")
    Uni<Void> on(ConsumerRecord<String, byte[]> record) {
        return events.consume(record, MailEvent.class, evaluations::on);
    }
}
