package dev.mailroom.mailclient.imap;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one LIST answers, with the counters that came along. A mailbox that is named twice is one. */
final class MailboxListing implements Untagged.Handler {
    private final int mailboxesMax;
    private final Map<MailboxName, ListedMailbox> listed = new LinkedHashMap<>();
    private final Map<MailboxName, MailboxStatus> counters = new HashMap<>();

    MailboxListing(int mailboxesMax) {
        this.mailboxesMax = mailboxesMax;
    }

    @Override
    public boolean take(Untagged answer) {
        if (answer.is("LIST") || answer.is("XLIST")) {
            ListedMailbox mailbox = parse(answer.rest());
            listed.merge(mailbox.name(), mailbox, MailboxListing::both);
            if (listed.size() > mailboxesMax) {
                throw new AnswerTooLargeException("more than " + mailboxesMax + " mailboxes");
            }
            return true;
        }
        if (answer.is("STATUS")) {
            StatusAnswer status = StatusAnswer.parse(answer.rest());
            counters.put(status.name(), status.status());
            return true;
        }
        return false;
    }

    void clear() {
        listed.clear();
        counters.clear();
    }

    /**
     * The mailboxes of the user in the order of the server.
     *
     * @param olderUses what XLIST said of some
     * @param labels whether mailboxes are labels: then one that is starred or important shows what lies elsewhere, and is not opened
     */
    List<ListedMailbox> result(Namespaces spaces, Map<MailboxName, SpecialUse> olderUses, boolean labels) {
        List<ListedMailbox> result = new ArrayList<>(listed.size());
        for (ListedMailbox mailbox : listed.values()) {
            if (spaces.isForeign(mailbox.name()) || isTwin(mailbox.name())) {
                continue;
            }
            SpecialUse use = mailbox.specialUse();
            result.add(new ListedMailbox(
                    mailbox.name(),
                    mailbox.attributes(),
                    use == null ? olderUses.get(mailbox.name()) : use,
                    mailbox.selectable() && !(labels && isView(mailbox)),
                    counters.get(mailbox.name())));
        }
        return List.copyOf(result);
    }

    private static boolean isView(ListedMailbox mailbox) {
        return mailbox.attributes().stream()
                .anyMatch(a -> a.equalsIgnoreCase("\\Flagged") || a.equalsIgnoreCase("\\Important"));
    }

    Set<MailboxName> names() {
        return Set.copyOf(listed.keySet());
    }

    Map<MailboxName, SpecialUse> uses() {
        Map<MailboxName, SpecialUse> uses = new HashMap<>();
        listed.forEach((name, mailbox) -> {
            SpecialUse use = mailbox.specialUse();
            if (use != null) {
                uses.put(name, use);
            }
        });
        return uses;
    }

    /**
     * Where new mailboxes go: below INBOX if every other one lies there, else beside it.
     *
     * @return null if INBOX was not listed
     */
    @Nullable
    Namespace personal() {
        Namespace below = null;
        Namespace beside = null;
        for (MailboxName name : listed.keySet()) {
            char delimiter = name.delimiter();
            String inbox = "INBOX" + delimiter;
            if (name.isInbox()) {
                beside = new Namespace("", delimiter);
            } else if (delimiter == '\0' || !name.raw().toUpperCase(Locale.ROOT).startsWith(inbox)) {
                return new Namespace("", delimiter);
            } else if (below == null) {
                below = new Namespace(name.raw().substring(0, inbox.length()), delimiter);
            }
        }
        return below == null ? beside : below;
    }

    /** Some servers name a mailbox with children a second time, with a delimiter at the end. */
    private boolean isTwin(MailboxName name) {
        String raw = name.raw();
        int last = raw.length() - 1;
        return last > 0
                && name.delimiter() != '\0'
                && raw.charAt(last) == name.delimiter()
                && listed.containsKey(new MailboxName(raw.substring(0, last), name.delimiter()));
    }

    private static ListedMailbox both(ListedMailbox one, ListedMailbox other) {
        Set<String> attributes = new LinkedHashSet<>(one.attributes());
        attributes.addAll(other.attributes());
        return new ListedMailbox(
                one.name(), attributes, SpecialUse.among(attributes), one.selectable() || other.selectable(), null);
    }

    static ListedMailbox parse(Tokens tokens) {
        Set<String> attributes = tokens.words();
        byte[] separator = tokens.nstring();
        String raw = tokens.mailbox();
        if (raw.isEmpty() || raw.length() > MailboxName.NAME_MAX_BYTES || raw.indexOf('\0') >= 0) {
            throw new MalformedAnswerException("not a mailbox name");
        }
        char delimiter = separator == null || separator.length == 0 ? '\0' : (char) (separator[0] & 0xff);
        boolean selectable = attributes.stream()
                .noneMatch(a -> a.equalsIgnoreCase("\\Noselect") || a.equalsIgnoreCase("\\NonExistent"));
        MailboxName name = MailboxName.ofRaw(raw.getBytes(StandardCharsets.ISO_8859_1), delimiter);
        return new ListedMailbox(name, attributes, SpecialUse.among(attributes), selectable, null);
    }
}
