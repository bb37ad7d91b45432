package dev.mailroom.sync.intake;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.MailroomEvent;
import dev.mailroom.contracts.MalformedEventException;
import dev.mailroom.outbox.EventConsumer;
import dev.mailroom.outbox.PoisonEventException;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.command.Commands;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.session.SessionSupervisor;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes account events and commands, one record at a time, in the order of their partition. */
@ApplicationScoped
class AccountWorkConsumer {
    private static final Duration RETRY_MIN = Duration.ofMillis(100);
    private static final Duration RETRY_MAX = Duration.ofSeconds(5);

    private final EventConsumer events;
    private final Database database;
    private final Accounts accounts;
    private final Commands commands;
    private final DeadLetters deadLetters;
    private final SessionSupervisor sessions;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @Inject
    AccountWorkConsumer(
            EventConsumer events,
            Database database,
            Accounts accounts,
            Commands commands,
            DeadLetters deadLetters,
            SessionSupervisor sessions) {
        this.events = events;
        this.database = database;
        this.accounts = accounts;
        this.commands = commands;
        this.deadLetters = deadLetters;
        this.sessions = sessions;
    }

    @Incoming("account-work")
    Uni<Void> on(ConsumerRecord<String, byte[]> record) {
        return events.consume(record, MailroomEvent.class, event -> onThread(() -> take(record.partition(), event)))
                .onFailure(AccountWorkConsumer::isPoison)
                .recoverWithUni(failure -> onThread(() -> deadLetters.keep(record, failure))
                        .onFailure()
                        .retry()
                        .withBackOff(RETRY_MIN, RETRY_MAX)
                        .indefinitely());
    }

    private static boolean isPoison(Throwable failure) {
        return failure instanceof MalformedEventException || failure instanceof PoisonEventException;
    }

    private Uni<Void> onThread(Runnable work) {
        return Uni.createFrom()
                .item(() -> {
                    work.run();
                    return (Void) null;
                })
                .runSubscriptionOn(threads);
    }

    private void take(int shard, CloudEvent<MailroomEvent> event) {
        switch (event.data()) {
            case AccountEvent account -> {
                boolean changed = database.inTransaction(tx -> accounts.apply(tx, shard, account));
                if (account instanceof AccountEvent.Removed removed) {
                    endCommands(removed);
                }
                if (changed) {
                    sessions.accountChanged(account.account());
                }
            }
            case MailCommand command -> {
                boolean planned = database.inTransaction(tx -> commands.accept(tx, command));
                if (planned) {
                    sessions.commandsWaiting(command.account());
                }
            }
            default -> throw new MalformedEventException("neither an account event nor a command");
        }
    }

    /** In transactions of their own, also when the event comes again: one that was ended halfway is ended now. */
    private void endCommands(AccountEvent.Removed removed) {
        int ended;
        do {
            ended = database.inTransaction(tx -> accounts.find(tx, removed.account())
                    .filter(account ->
                            account.removed() && account.organization().equals(removed.organization()))
                    .map(account -> commands.endSome(tx, account.id()))
                    .orElse(0));
        } while (ended == Commands.END_MAX);
    }

    @PreDestroy
    void close() {
        threads.shutdown();
    }
}
