package dev.mailroom.sync.sent;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.AppendResult;
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
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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
    private final FullMailbox mailbox;
    private final Clock clock;

    @Inject
    public SentFiling(
            Database database,
            MailboxFinder finder,
            MailboxCheck check,
            ServiceCalls calls,
            SentConfig config,
            FullMailbox mailbox,
            Clock clock) {
        this.database = database;
        this.finder = finder;
        this.check = check;
        this.calls = calls;
        this.config = config;
        this.mailbox = mailbox;
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

        /** The mailbox is full; later. */
        record Full(Duration delay) implements Result {}

        /** The mailbox was full for too long. */
        record StillFull(MailException refused) implements Result {}

        /** The server does not take the message, however it is written. */
        record NotTaken(@Nullable String serverText) implements Result {}

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
            case ServiceCalls.Answer.Found found -> append(link, sent.get(), found.body(), command, beforeAppend);
        };
    }

    private Result append(
            Link link, MailboxRow sent, byte[] message, MailCommand.AppendSent command, Runnable beforeAppend)
            throws MailException {
        Optional<Instant> full = mailbox.full(link.accountId());
        Duration pause =
                full.map(until -> Duration.between(clock.instant(), until)).orElse(Duration.ZERO);
        if (pause.isPositive()) {
            return new Result.Full(pause);
        }
        beforeAppend.run();
        try {
            take(link, sent, message, command);
        } catch (MailException refused) {
            if (refused.category() == Category.OVER_QUOTA && link.imap().isOpen()) {
                mailbox.refused(link);
                boolean tooLong =
                        Duration.between(command.sentAt(), clock.instant()).compareTo(config.fullMax()) > 0;
                return tooLong ? new Result.StillFull(refused) : new Result.Full(config.fullRetry());
            }
            if (!Rewritten.mayHelp(refused) || !link.imap().isOpen()) {
                throw refused;
            }
            Optional<byte[]> rewritten = Rewritten.of(message, refused);
            if (rewritten.isEmpty()) {
                return new Result.NotTaken(refused.serverText());
            }
            try {
                take(link, sent, rewritten.get(), command);
            } catch (MailException again) {
                if (!Rewritten.mayHelp(again) || !link.imap().isOpen()) {
                    throw again;
                }
                return new Result.NotTaken(again.serverText());
            }
        }
        if (full.isPresent()) {
            mailbox.roomAgain(link);
        }
        return new Result.Appended();
    }

    /** Appends it and takes in the copy: by what the server says of it, else by a look. */
    private void take(Link link, MailboxRow sent, byte[] message, MailCommand.AppendSent command) throws MailException {
        Set<String> flags = Set.of(Flags.SEEN);
        AppendResult appended;
        try {
            appended = link.imap().append(sent.name(), message, flags, command.sentAt());
        } catch (MailException refused) {
            if (!"TRYCREATE".equals(refused.responseCode()) || !link.imap().isOpen()) {
                throw refused;
            }
            // It was listed, and the server wants to have it made all the same.
            link.imap().create(sent.name(), SpecialUse.SENT);
            appended = link.imap().append(sent.name(), message, flags, command.sentAt());
        }
        check.takeAppended(link, sent.id(), appended, flags, command.sentAt(), message);
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
