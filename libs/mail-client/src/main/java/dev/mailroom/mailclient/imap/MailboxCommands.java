package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** LIST, NAMESPACE, STATUS, CREATE and SELECT. */
final class MailboxCommands {
    /** Changes that one resync may bring; beyond it the mailbox is compared as a whole. */
    static final int RESYNC_CHANGES_MAX = 100_000;

    /** Commands that are sent before the answer to the first one is read. */
    private static final int STATUS_AHEAD = 50;

    private final ImapChannel channel;
    private final Set<String> enabled;
    private @Nullable Namespaces namespaces;
    private @Nullable Namespace inferred;
    private Map<MailboxName, SpecialUse> olderUses = Map.of();
    private Set<MailboxName> olderUsesOf = Set.of();
    private boolean extendedListRefused;
    private boolean selectedHasModSequences;
    private boolean watching;
    private boolean namesChanges;

    MailboxCommands(ImapChannel channel, Set<String> enabled) {
        this.channel = channel;
        this.enabled = enabled;
    }

    boolean resyncEnabled() {
        return enabled.contains("QRESYNC");
    }

    boolean modSequences() {
        return channel.supports("CONDSTORE") || channel.supports("QRESYNC");
    }

    /** False if the selected mailbox says NOMODSEQ: asking for MODSEQ would be refused. */
    boolean selectedHasModSequences() {
        return selectedHasModSequences;
    }

    List<ListedMailbox> list() throws MailException {
        MailboxListing listing = new MailboxListing(channel.limits().mailboxesMax());
        String options = listOptions();
        Rules rules = channel.rules().lines(3L * channel.limits().mailboxesMax());
        if (!options.isEmpty() && !extendedListRefused) {
            Reply reply = channel.tryRun(Command.of("LIST \"\" \"*\" RETURN (" + options + ")"), rules, listing);
            if (reply.kind() == Reply.Kind.NO) {
                throw channel.refusal(Stage.COMMAND, reply);
            }
            extendedListRefused = !reply.isOk();
        }
        if (options.isEmpty() || extendedListRefused) {
            listing.clear();
            channel.run(Command.of("LIST \"\" \"*\""), rules, listing);
        }
        Namespace seen = listing.personal();
        inferred = seen == null ? inferred : seen;
        return listing.result(namespaces(), olderUses(listing, rules), channel.supports("X-GM-EXT-1"));
    }

    /** What servers say that were made before SPECIAL-USE; asked again only when there are other mailboxes. */
    private Map<MailboxName, SpecialUse> olderUses(MailboxListing listing, Rules rules) throws MailException {
        if (!channel.supports("XLIST") || channel.supports("SPECIAL-USE")) {
            return Map.of();
        }
        if (!olderUsesOf.equals(listing.names())) {
            // INBOX has another name here, in the user's language: only the uses are taken, by the names that LIST
            // gave.
            MailboxListing older = new MailboxListing(channel.limits().mailboxesMax());
            Reply reply = channel.tryRun(Command.of("XLIST \"\" \"*\""), rules, older);
            olderUses = reply.isOk() ? older.uses() : Map.of();
            olderUsesOf = listing.names();
        }
        return olderUses;
    }

    private String listOptions() {
        List<String> options = new ArrayList<>();
        boolean newest = channel.supports("IMAP4REV2");
        if (newest || (channel.supports("SPECIAL-USE") && channel.supports("LIST-EXTENDED"))) {
            options.add("SPECIAL-USE");
        }
        if (newest || channel.supports("LIST-STATUS")) {
            options.add("STATUS (" + statusItems() + ")");
        }
        return String.join(" ", options);
    }

    private String statusItems() {
        return modSequences()
                ? "MESSAGES UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ"
                : "MESSAGES UNSEEN UIDNEXT UIDVALIDITY";
    }

    Namespace personalNamespace() throws MailException {
        List<Namespace> personal = namespaces().personal();
        if (!personal.isEmpty()) {
            return personal.getFirst();
        }
        Namespace known = inferred;
        if (known != null) {
            return known;
        }
        List<Namespace> found = new ArrayList<>();
        channel.run(Command.of("LIST \"\" \"INBOX\""), channel.rules(), answer -> {
            if (answer.is("LIST")) {
                found.add(new Namespace(
                        "", MailboxListing.parse(answer.rest()).name().delimiter()));
                return true;
            }
            return false;
        });
        Namespace plain = found.isEmpty() ? new Namespace("", '\0') : found.getFirst();
        inferred = plain;
        return plain;
    }

    private Namespaces namespaces() throws MailException {
        Namespaces known = namespaces;
        if (known == null) {
            List<Namespaces> answers = new ArrayList<>();
            if (channel.supports("NAMESPACE")) {
                channel.tryRun(
                        Command.of("NAMESPACE"),
                        channel.rules(),
                        answer -> answer.is("NAMESPACE") && answers.add(Namespaces.parse(answer.rest())));
            }
            known = answers.isEmpty() ? Namespaces.UNKNOWN : answers.getFirst();
            namespaces = known;
        }
        return known;
    }

    MailboxStatus status(MailboxName name) throws MailException {
        List<StatusAnswer> answers = new ArrayList<>();
        Command command =
                Command.of("STATUS").mailbox(channel.capabilities().wire(name)).text(" (" + statusItems() + ")");
        channel.run(command, channel.rules(), answer -> {
            if (!answer.is("STATUS")) {
                return false;
            }
            StatusAnswer status = StatusAnswer.parse(answer.rest());
            // NOTIFY may tell about other mailboxes meanwhile.
            return status.name().equals(name) && answers.add(status);
        });
        if (answers.isEmpty()) {
            throw MailException.of(Stage.COMMAND, Category.PROTOCOL_ERROR);
        }
        return answers.getLast().status();
    }

    Map<MailboxName, MailboxStatus> statuses(List<MailboxName> names) throws MailException {
        Map<MailboxName, MailboxStatus> counters = new HashMap<>();
        Set<MailboxName> asked = Set.copyOf(names);
        List<Command> ahead = new ArrayList<>();
        for (MailboxName name : asked) {
            Command command = Command.of("STATUS")
                    .mailbox(channel.capabilities().wire(name))
                    .text(" (" + statusItems() + ")");
            if (command.pieces().size() > 1) {
                // A literal may have to be waited for.
                channel.tryRun(command, channel.rules(), answer -> counted(answer, asked, counters));
                continue;
            }
            ahead.add(command);
            if (ahead.size() == STATUS_AHEAD) {
                channel.tryRunAll(ahead, channel.rules(), answer -> counted(answer, asked, counters));
                ahead.clear();
            }
        }
        if (!ahead.isEmpty()) {
            channel.tryRunAll(ahead, channel.rules(), answer -> counted(answer, asked, counters));
        }
        return counters;
    }

    private static boolean counted(Untagged answer, Set<MailboxName> asked, Map<MailboxName, MailboxStatus> counters) {
        if (!answer.is("STATUS")) {
            return false;
        }
        StatusAnswer status = StatusAnswer.parse(answer.rest());
        if (!asked.contains(status.name())) {
            // NOTIFY may tell about other mailboxes meanwhile.
            return false;
        }
        counters.put(status.name(), status.status());
        return true;
    }

    void create(MailboxName name, @Nullable SpecialUse use) throws MailException {
        boolean withUse = use != null && use != SpecialUse.INBOX && channel.supports("CREATE-SPECIAL-USE");
        if (withUse && use != null) {
            Command command = Command.of("CREATE")
                    .mailbox(channel.capabilities().wire(name))
                    .text(" (USE (" + use.attribute() + "))");
            Reply reply = channel.tryRun(command, channel.rules(), Untagged.Handler.NONE);
            if (reply.isOk() || reply.status().is("ALREADYEXISTS")) {
                return;
            }
        }
        Reply reply = channel.tryRun(
                Command.of("CREATE").mailbox(channel.capabilities().wire(name)),
                channel.rules(),
                Untagged.Handler.NONE);
        if (!reply.isOk() && !reply.status().is("ALREADYEXISTS")) {
            throw channel.refusal(Stage.COMMAND, reply);
        }
    }

    /**
     * Asks to be told of all mailboxes of the user (RFC 5465). The counters of one say that it changed, and no more.
     *
     * <p>Dovecot sometimes falls silent after a LIST with STATUS or a SELECT that brings its index of mailboxes up to date, and for good
     * when it is only asked again: it has to be told to stop first.
     */
    boolean watchAll() throws MailException {
        if (!channel.supports("NOTIFY")) {
            return false;
        }
        if (watching) {
            channel.tryRun(Command.of("NOTIFY NONE"), channel.rules(), Untagged.Handler.NONE);
        }
        Reply reply = channel.tryRun(
                Command.of("NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))"
                        + " (personal (MessageNew MessageExpunge FlagChange MailboxName))"),
                channel.rules(),
                Untagged.Handler.NONE);
        watching = reply.isOk();
        return watching;
    }

    SelectedMailbox select(MailboxName name, @Nullable ResyncPoint resync) throws MailException {
        channel.updates().forget();
        SelectAnswers answers = new SelectAnswers(channel.updates());
        Command command = Command.of("SELECT").mailbox(channel.capabilities().wire(name));
        boolean resyncing = resync != null && resyncEnabled();
        if (resyncing && resync != null) {
            command.text(" (QRESYNC (" + resync.uidValidity() + " " + resync.modSeq() + known(resync) + "))");
        } else if (channel.supports("CONDSTORE") && !enabled.contains("CONDSTORE") && !resyncEnabled()) {
            command.text(" (CONDSTORE)");
        }
        Rules rules = channel.rules()
                .at(Stage.SELECT)
                .lines(channel.limits().messagesMax())
                .answer(maxAnswer(resyncing));
        Reply reply = channel.run(command, rules, answers);
        namesChanges |= resyncing && answers.namesChanges();
        boolean resynced = resync != null && resyncing && answers.complete(resync, namesChanges);
        SelectedMailbox selected = answers.result(name, reply.status().is("READ-ONLY"), resynced);
        selectedHasModSequences = selected.highestModSeq() > 0;
        return selected;
    }

    // VANISHED (EARLIER) may name many UIDs in one answer.
    private int maxAnswer(boolean resyncing) {
        return resyncing ? channel.limits().searchMaxBytes() : channel.limits().responseMaxBytes();
    }

    private static String known(ResyncPoint resync) {
        UidSet known = resync.known();
        if (known == null || known.isEmpty()) {
            return "";
        }
        String wire = known.wire().replace("*", Long.toString(UidSet.UID_MAX));
        return wire.length() > Command.LINE_MAX_BYTES / 2 ? "" : " " + wire;
    }
}
