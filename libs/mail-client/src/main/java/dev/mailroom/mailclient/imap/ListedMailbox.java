package dev.mailroom.mailclient.imap;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox as LIST names it.
 *
 * @param attributes as sent, for example {@code \HasChildren}
 * @param selectable false for mere nodes of the tree ({@code \Noselect}, {@code \NonExistent})
 * @param status null if the server did not give it along with the list or refused it
 */
public record ListedMailbox(
        MailboxName name,
        Set<String> attributes,
        @Nullable SpecialUse specialUse,
        boolean selectable,
        @Nullable MailboxStatus status) {
    public ListedMailbox {
        attributes = Set.copyOf(attributes);
    }
}
