package dev.mailroom.sync.sent;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.SpecialUse;
import dev.mailroom.sync.account.ServiceCalls;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.mailbox.MailboxCheck;
import dev.mailroom.sync.mailbox.MailboxFinder;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.message.Flags;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Files one sent message. */
@Singleton
public class SentFiling {
    /** After sending: when a provider that files by itself is looked at for the second and for the last time. */
    static final Duration SECOND_LOOK = Duration.ofSeconds(10);

    static final Duration LAST_LOOK = Duration.ofSeconds(60);

    /** Postponed as often, the message is appended whatever the clocks of two machines say. */
    private static final int TRIES_BEFORE_APPEND_MAX = 6;

    private final Database database;
    private final MailboxFinder finder;
    private final MailboxCheck check;
    private final ServiceCalls calls;
    private final SentConfig config;
    private final Clock clock;

    @Inject
    public SentFiling(
            Database database,
            MailboxFinder finder,
            MailboxCheck check,
            ServiceCalls calls,
            SentConfig config,
            Clock clock) {
        this.database = database;
        this.finder = finder;
        this.check = check;
        this.calls = calls;
        this.config = config;
        this.clock = clock;
    }

    /** What came of it. */
    public sealed interface Result {
        /** Our copy lies in Sent. */
        record Appended() implements Result {}

        /** The provider filed it. */
        record FoundOnServer() implements Result {}

        /** There is no Sent mailbox and the server does not let us make one. */
        record NoSentMailbox() implements Result {}

        /** send-service does not have the message. */
        record NoSuchMessage() implements Result {}

        /** The provider may still file it by itself; look again later. */
        record NotYet(Duration delay) implements Result {}

        /** The server does not open Sent now, so that nobody knows what lies in it; later. */
        record Unseen() implements Result {}

        /** send-service did not answer; later. */
        record Unavailable(String reason) implements Result {}
    }

    /**
     * @param tries how often it was postponed
     * @param mayBeAppended true if an earlier try may have appended it
     * @param beforeAppend runs right before the server is asked to append: notes that it may have
     */
    public Result file(
            Link link, MailCommand.AppendSent command, int tries, boolean mayBeAppended, Runnable beforeAppend)
            throws MailException, InterruptedException {
        Optional<MailboxRow> sent = finder.ofRole(link, MailboxRole.SENT);
        if (sent.isEmpty()) {
            return new Result.NoSentMailbox();
        }
        if (!check.sees(link, sent.get().id(), MailboxLook.Depth.COUNTS, MailEvent.Source.LIVE)) {
            return new Result.Unseen();
        }
        if (isIn(sent.get(), command)) {
            return mayBeAppended ? new Result.Appended() : new Result.FoundOnServer();
        }
        if (!mayBeAppended && tries < TRIES_BEFORE_APPEND_MAX && filesByItself(link)) {
            Duration age = Duration.between(command.sentAt(), clock.instant());
            if (age.compareTo(LAST_LOOK) < 0) {
                Duration next = age.compareTo(SECOND_LOOK) < 0 ? SECOND_LOOK : LAST_LOOK;
                return new Result.NotYet(age.isNegative() ? next : next.minus(age));
            }
        }
        return switch (raw(command.outgoing())) {
            case ServiceCalls.Answer.Missing missing -> new Result.NoSuchMessage();
            case ServiceCalls.Answer.Failed failed -> new Result.Unavailable(failed.reason());
            case ServiceCalls.Answer.Found found -> {
                beforeAppend.run();
                append(link, sent.get(), found.body(), command);
                check.check(link, sent.get().id(), MailboxLook.Depth.COUNTS, MailEvent.Source.LIVE);
                yield new Result.Appended();
            }
        };
    }

    private static void append(Link link, MailboxRow sent, byte[] message, MailCommand.AppendSent command)
            throws MailException {
        try {
            link.imap().append(sent.name(), message, Set.of(Flags.SEEN), command.sentAt());
        } catch (MailException refused) {
            if (!"TRYCREATE".equals(refused.responseCode()) || !link.imap().isOpen()) {
                throw refused;
            }
            // It was listed, and the server wants to have it made all the same.
            link.imap().create(sent.name(), SpecialUse.SENT);
            link.imap().append(sent.name(), message, Set.of(Flags.SEEN), command.sentAt());
        }
    }

    /** Whether the provider files what it sends, a moment after it accepted it. */
    private static boolean filesByItself(Link link) {
        return link.imap().supports("X-GM-EXT-1")
                || isMicrosoft365(link.account().imapHost());
    }

    static boolean isMicrosoft365(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("outlook.office365.com") || name.endsWith(".outlook.com");
    }

    private ServiceCalls.Answer raw(UUID outgoing) throws InterruptedException {
        return calls.get(
                config.sendServiceUrl().resolve("/v1/outgoing/" + outgoing + "/raw"),
                "message/rfc822",
                config.messageMaxBytes());
    }

    private boolean isIn(MailboxRow sent, MailCommand.AppendSent command) {
        return database.first("""
                        select 1 from message m join copy c on c.message_id = m.id
                        where m.organization_id = $1 and m.email_message_id = $2 and c.mailbox_id = $3 and c.vanished_at is null
                        """, command.organization(), command.emailMessageId(), sent.id())
                .isPresent();
    }
}
