package dev.mailroom.rules.action;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import java.util.Optional;
import java.util.UUID;

/** The command on Kafka that an action stands for. */
public final class Commands {
    private Commands() {}

    /** Where a command goes and what it is about. */
    public record Target(UUID account, UUID organization, UUID message) {}

    /**
     * Makes the command of one action.
     *
     * @param id of the command; the same for the same action, rule and event, so that a replay repeats it
     * @return empty for an action that is no command to the mailbox
     */
    public static Optional<MailCommand> of(Action action, UUID id, Target target, Origin origin) {
        UUID account = target.account();
        UUID organization = target.organization();
        UUID message = target.message();
        return switch (action) {
            case Action.ApplyLabel apply ->
                Optional.of(new MailCommand.ApplyLabel(id, account, organization, message, apply.label(), origin));
            case Action.RemoveLabel remove ->
                Optional.of(new MailCommand.RemoveLabel(id, account, organization, message, remove.label(), origin));
            case Action.OnMessage simple -> Optional.of(simple(simple.what(), id, target, origin));
            case Action.SendResponse response -> Optional.empty();
            case Action.Stop stop -> Optional.empty();
        };
    }

    private static MailCommand simple(Action.Simple what, UUID id, Target target, Origin origin) {
        UUID account = target.account();
        UUID organization = target.organization();
        UUID message = target.message();
        return switch (what) {
            case ARCHIVE -> new MailCommand.Archive(id, account, organization, message, origin);
            case MARK_READ -> new MailCommand.MarkRead(id, account, organization, message, origin);
            case MARK_UNREAD -> new MailCommand.MarkUnread(id, account, organization, message, origin);
            case TRASH -> new MailCommand.Trash(id, account, organization, message, origin);
            case SPAM -> new MailCommand.Spam(id, account, organization, message, origin);
            case MOVE_TO_INBOX -> new MailCommand.MoveToInbox(id, account, organization, message, origin);
        };
    }
}
