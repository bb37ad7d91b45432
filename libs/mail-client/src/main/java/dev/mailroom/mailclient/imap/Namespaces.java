package dev.mailroom.mailclient.imap;

import java.util.ArrayList;
import java.util.List;

/**
 * What NAMESPACE says (RFC 2342).
 *
 * @param personal where the user's own mailboxes lie; empty if the server does not say
 * @param foreign where those of other users and shared ones lie
 */
record Namespaces(List<Namespace> personal, List<Namespace> foreign) {
    static final Namespaces UNKNOWN = new Namespaces(List.of(), List.of());

    private static final int GROUP_MAX = 100;

    static Namespaces parse(Tokens tokens) {
        List<Namespace> personal = group(tokens);
        List<Namespace> foreign = new ArrayList<>(tokens.atEnd() ? List.of() : group(tokens));
        if (!tokens.atEnd()) {
            foreign.addAll(group(tokens));
        }
        return new Namespaces(personal, List.copyOf(foreign));
    }

    /** True for mailboxes of others: they are not part of this account. */
    boolean isForeign(MailboxName name) {
        return foreign.stream()
                .filter(space -> !space.prefix().isEmpty())
                .anyMatch(space -> name.raw().startsWith(space.prefix())
                        || (space.prefix().equals(name.raw() + space.delimiter()) && !name.isInbox()));
    }

    private static List<Namespace> group(Tokens tokens) {
        List<Namespace> spaces = new ArrayList<>();
        if (!tokens.take('(')) {
            tokens.skipValue();
            return spaces;
        }
        while (!tokens.take(')')) {
            tokens.expect('(');
            String prefix = tokens.mailbox();
            byte[] separator = tokens.nstring();
            char delimiter = separator == null || separator.length == 0 ? '\0' : (char) (separator[0] & 0xff);
            spaces.add(new Namespace(prefix, delimiter));
            while (!tokens.take(')')) {
                tokens.skipValue();
            }
            if (spaces.size() > GROUP_MAX) {
                throw new MalformedAnswerException("too many namespaces");
            }
        }
        return spaces;
    }
}
