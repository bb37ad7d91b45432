package dev.mailroom.sync.command;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.ownership.FencedWrites;
import dev.mailroom.sync.sent.FullMailbox;
import dev.mailroom.sync.sent.SentFiling;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** The command {@code append_sent}. */
@Singleton
class SentCopy {
    private final SentFiling filing;
    private final FencedWrites writes;
    private final Commands commands;

    @Inject
    SentCopy(SentFiling filing, FencedWrites writes, Commands commands) {
        this.filing = filing;
        this.writes = writes;
        this.commands = commands;
    }

    Outcome file(Link link, StoredCommand command, MailCommand.AppendSent append)
            throws MailException, InterruptedException {
        SentFiling.Result result = filing.file(
                link,
                append,
                command.attempts(),
                command.sent(),
                () -> writes.write(link.fence(), tx -> {
                    commands.sent(tx, command.id(), null, null);
                    return null;
                }));
        return switch (result) {
            case SentFiling.Result.Appended appended -> new Outcome.Done("appended");
            case SentFiling.Result.FoundOnServer found -> new Outcome.Done("found_on_server");
            case SentFiling.Result.NoSentMailbox none ->
                new Outcome.Failed("mailbox_missing", "no mailbox has the role sent");
            case SentFiling.Result.NoSuchMessage none ->
                new Outcome.Failed("outgoing_unknown", "send-service does not have the message");
            case SentFiling.Result.NotYet wait -> new Outcome.Later(wait.delay(), "provider_may_file");
            case SentFiling.Result.Full full -> new Outcome.Later(full.delay(), FullMailbox.CATEGORY, false);
            case SentFiling.Result.StillFull full -> Refusal.of(full.refused());
            case SentFiling.Result.NotTaken refused -> Refusal.ofCopy(refused.serverText());
            case SentFiling.Result.Unseen unseen -> Transfer.UNSEEN;
            case SentFiling.Result.Unavailable away -> new Outcome.Later(CommandRunner.retryDelay(), away.reason());
        };
    }
}
