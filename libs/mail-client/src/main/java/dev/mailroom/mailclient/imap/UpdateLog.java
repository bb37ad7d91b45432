package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.imap.MailboxUpdate.Exists;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps what the server says unasked until it is drained; bounded. */
final class UpdateLog {
    private final int updatesMax;
    private final int messagesMax;
    /** About the selected mailbox. */
    private List<MailboxUpdate> pending = new ArrayList<>();
    /** About the others: the last of each counts. */
    private final Map<MailboxName, MailboxUpdate.Status> others = new LinkedHashMap<>();

    private boolean mailboxesChanged;
    private boolean watchEnded;
    private long exists;

    UpdateLog(ImapLimits limits) {
        this.updatesMax = limits.updatesMax();
        this.messagesMax = limits.messagesMax();
    }

    /** Messages in the selected mailbox, as far as the server said. */
    long exists() {
        return exists;
    }

    boolean isEmpty() {
        return pending.isEmpty() && others.isEmpty() && !mailboxesChanged && !watchEnded;
    }

    List<MailboxUpdate> drain() {
        List<MailboxUpdate> drained = new ArrayList<>(pending.size() + others.size() + 2);
        drained.addAll(others.values());
        if (mailboxesChanged) {
            drained.add(new MailboxUpdate.Mailboxes());
        }
        if (watchEnded) {
            drained.add(new MailboxUpdate.WatchEnded());
        }
        drained.addAll(pending);
        clearUpdates();
        return List.copyOf(drained);
    }

    /** Another mailbox is going to be selected: what was said about the last one is void, what was said of others is not. */
    void forget() {
        pending = new ArrayList<>();
        exists = 0;
    }

    /** Nothing that was said so far counts: it was said in plain text. */
    void clear() {
        clearUpdates();
        exists = 0;
    }

    /** Counts messages without telling: the answer to SELECT is no news. */
    void countedBySelect(long count) {
        checkCount(count);
        exists = count;
    }

    void take(Untagged answer) {
        switch (answer.keyword()) {
            case "EXISTS" -> {
                checkCount(answer.number());
                exists = answer.number();
                add(new Exists(exists));
            }
            case "EXPUNGE" -> {
                exists = Math.max(0, exists - 1);
                add(new MailboxUpdate.Expunged(answer.number()));
            }
            case "VANISHED" -> vanished(answer.rest());
            case "FETCH" -> flags(answer);
            case "STATUS" -> {
                StatusAnswer status = StatusAnswer.parse(answer.rest());
                addOther(new MailboxUpdate.Status(status.name(), status.status()));
            }
            case "LIST" -> mailboxesChanged = true;
            case "OK", "NO" -> watchEnded |= answer.status().is("NOTIFICATIONOVERFLOW");
            default -> {
                // RECENT, FLAGS, and what later standards may add, tell nothing that is acted on.
            }
        }
    }

    private void vanished(Tokens rest) {
        boolean earlier = rest.nextIs('(');
        if (earlier) {
            rest.words();
        }
        UidSet gone = new UidSet(rest.ranges());
        if (!earlier) {
            exists = Math.max(0, exists - gone.size());
        }
        add(new MailboxUpdate.Vanished(gone));
    }

    private void flags(Untagged answer) {
        FetchAnswer fetched = FetchAnswer.parse(answer.number(), answer.rest());
        if (fetched.flags() != null) {
            add(new MailboxUpdate.Flags(fetched.uid(), fetched.sequence(), fetched.flags(), fetched.modSeq()));
        }
    }

    private void add(MailboxUpdate update) {
        if (!pending.isEmpty() && pending.getLast() instanceof MailboxUpdate.Overflow) {
            return;
        }
        if (update instanceof Exists && !pending.isEmpty() && pending.getLast() instanceof Exists) {
            pending.removeLast();
        }
        if (pending.size() >= updatesMax) {
            pending = new ArrayList<>();
            pending.add(new MailboxUpdate.Overflow());
            return;
        }
        pending.add(update);
    }

    private void addOther(MailboxUpdate.Status status) {
        if (others.size() >= updatesMax && !others.containsKey(status.name())) {
            others.clear();
            mailboxesChanged = true;
            return;
        }
        others.put(status.name(), status);
    }

    private void clearUpdates() {
        pending = new ArrayList<>();
        others.clear();
        mailboxesChanged = false;
        watchEnded = false;
    }

    private void checkCount(long count) {
        if (count > messagesMax) {
            throw new AnswerTooLargeException("more than " + messagesMax + " messages in a mailbox");
        }
    }
}
