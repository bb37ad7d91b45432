package dev.mailroom.sync.command;

import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.sync.mailbox.MailboxFinder;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a server's refusal is called, and what somebody can do about it. */
final class Refusal {
    private Refusal() {}

    static Outcome.Failed of(MailException refused) {
        return new Outcome.Failed(reasonOf(refused), words(adviceOn(refused), refused.serverText()));
    }

    /** For a mailbox that was opened and cannot be changed. */
    static Outcome.Failed readOnly() {
        return new Outcome.Failed(Category.READ_ONLY.wireName(), adviceOn(Category.READ_ONLY));
    }

    /** For a sent message of which the server takes no copy, however it is written. */
    static Outcome.Failed ofCopy(@Nullable String serverText) {
        return new Outcome.Failed(
                "copy_refused",
                words(
                        "The message was sent; the server does not take a copy of it. Mailroom keeps the message.",
                        serverText));
    }

    /** For a label that no mailbox was made of. */
    static Outcome.Failed ofLabel(@Nullable MailException refused) {
        if (refused == null) {
            return new Outcome.Failed(
                    "label_missing", "The server did not make the folder. Make it in the provider's own mail program.");
        }
        return MailboxFinder.isBadName(refused)
                ? new Outcome.Failed(
                        "label_invalid",
                        words(
                                "The server does not allow this name for a folder. Choose a shorter one, or one without special characters.",
                                refused.serverText()))
                : new Outcome.Failed(
                        "label_missing",
                        words(
                                "The server did not make the folder. Choose another name, or make it in the provider's own mail program.",
                                refused.serverText()));
    }

    /** For a mailbox that is for something else than what a person files there. */
    static Outcome.Failed noLabel(List<String> path, MailboxRole role) {
        String instead =
                switch (role) {
                    case INBOX -> "Use move_to_inbox, or choose another label.";
                    case ARCHIVE -> "Use archive, or choose another label.";
                    case TRASH -> "Use trash, or choose another label.";
                    case JUNK -> "Use spam, or choose another label.";
                    case SENT, DRAFTS -> "Choose another label.";
                };
        return new Outcome.Failed(
                "label_reserved",
                "The folder \"%s\" is the account's %s folder and no label. %s"
                        .formatted(String.join("/", path), role.name().toLowerCase(Locale.ROOT), instead));
    }

    /** Whether the account may not do it, whatever mailboxes there are: to look for them again is of no use. */
    static boolean isForbidden(MailException refused) {
        return "NOPERM".equals(refused.responseCode());
    }

    private static String reasonOf(MailException refused) {
        return isForbidden(refused) ? "not_permitted" : refused.category().wireName();
    }

    private static String adviceOn(MailException refused) {
        return isForbidden(refused)
                ? "The account may not do this in that folder. Who manages the mailbox can permit it."
                : adviceOn(refused.category());
    }

    private static String adviceOn(Category category) {
        return switch (category) {
            case OVER_QUOTA ->
                "The mailbox is full. Make room in it or get more space from its provider, then do it again.";
            case READ_ONLY -> "The folder can be read and not changed. Who manages the mailbox can permit changes.";
            case NO_SUCH_MAILBOX ->
                "The folder is not on the server and could not be made. Make it there or choose another.";
            case MESSAGE_TOO_LARGE -> "The server takes no message as large as this one.";
            case CONTACT_ADMIN -> "The provider wants to be asked about this mailbox. Contact it.";
            case MAILBOX_REFUSED ->
                "The server does not let the folder be used. Look at it in the provider's own mail program.";
            default -> "The server refused it. Do it in the provider's own mail program to see why.";
        };
    }

    private static String words(String advice, @Nullable String serverText) {
        return serverText == null || serverText.isBlank() ? advice : advice + " The server said: " + serverText;
    }
}
