package dev.mailroom.mailclient.imap;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Collects what SELECT answers. */
final class SelectAnswers implements Untagged.Handler {
    private final UpdateLog updates;
    private long uidValidity;
    private long uidNext;
    private long highestModSeq;
    private Set<String> permanentFlags = Set.of();
    private boolean permanentFlagsKnown;
    private List<UidSet.Range> vanished = new ArrayList<>();
    private List<MessageSummary> changed = new ArrayList<>();
    private boolean tooMany;

    SelectAnswers(UpdateLog updates) {
        this.updates = updates;
    }

    @Override
    public boolean take(Untagged answer) {
        return switch (answer.keyword()) {
            case "EXISTS" -> {
                updates.countedBySelect(answer.number());
                yield true;
            }
            case "FLAGS" -> {
                if (!permanentFlagsKnown) {
                    permanentFlags = answer.rest().words();
                }
                yield true;
            }
            case "RECENT" -> true;
            case "OK" -> takeCode(answer.status());
            case "VANISHED" -> takeVanished(answer.rest());
            case "FETCH" -> takeChange(answer);
            default -> false;
        };
    }

    private boolean takeCode(StatusText status) {
        Tokens argument = Tokens.of(status.argument());
        switch (status.code()) {
            case "UIDVALIDITY" -> uidValidity = unsigned32(argument.number());
            case "UIDNEXT" -> uidNext = unsigned32(argument.number());
            case "HIGHESTMODSEQ" -> highestModSeq = argument.number();
            case "NOMODSEQ" -> highestModSeq = 0;
            case "PERMANENTFLAGS" -> {
                permanentFlags = argument.words();
                permanentFlagsKnown = true;
            }
            case "CLOSED" -> {
                // RFC 7162, 3.2.11: what came before was about the mailbox that was selected until now.
                vanished = new ArrayList<>();
                changed = new ArrayList<>();
                updates.forget();
            }
            default -> {
                // UNSEEN, MAILBOXID and others tell nothing that is needed.
            }
        }
        return true;
    }

    private boolean takeVanished(Tokens rest) {
        if (!rest.nextIs('(')) {
            return false;
        }
        rest.words();
        vanished.addAll(rest.ranges());
        return true;
    }

    private boolean takeChange(Untagged answer) {
        FetchAnswer fetched = FetchAnswer.parse(answer.number(), answer.rest());
        if (fetched.uid() > 0 && fetched.flags() != null) {
            if (changed.size() >= MailboxCommands.RESYNC_CHANGES_MAX) {
                tooMany = true;
            } else {
                changed.add(fetched.summary());
            }
        }
        return true;
    }

    /** Whether the server named a message that changed. */
    boolean namesChanges() {
        return !changed.isEmpty();
    }

    /**
     * True if the answers tell all that happened since the resync point. A server that counts changes but names none has not understood:
     * to believe it would lose them. James names what vanished, not all of it, and never what changed.
     *
     * @param namedBefore whether it named changes in an earlier answer: then what vanished may be all that happened
     */
    boolean complete(ResyncPoint from, boolean namedBefore) {
        boolean silent = vanished.isEmpty() && changed.isEmpty();
        boolean half = changed.isEmpty() && !namedBefore;
        return !tooMany
                && uidValidity == from.uidValidity()
                && highestModSeq >= from.modSeq()
                && ((!silent && !half) || highestModSeq == from.modSeq());
    }

    SelectedMailbox result(MailboxName name, boolean readOnly, boolean resynced) {
        return new SelectedMailbox(
                name,
                uidValidity,
                uidNext,
                updates.exists(),
                highestModSeq,
                permanentFlags,
                readOnly,
                resynced,
                resynced ? new UidSet(vanished) : UidSet.EMPTY,
                resynced ? changed : List.of());
    }

    // Zero or nonsense is no answer, not a new epoch.
    private static long unsigned32(long value) {
        return value > UidSet.UID_MAX ? 0 : value;
    }
}
