package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** LIST, NAMESPACE, STATUS, CREATE and SELECT. */
final class MailboxCommands {
    /** Changes that one resync may bring; beyond it the mailbox is compared as a whole. */
    static final int RESYNC_CHANGES_MAX = 100_000;

    private final ImapChannel channel;
    private final Set<String> enabled;
    private @Nullable Namespaces namespaces;
    private boolean extendedListRefused;
    private boolean selectedHasModSequences;

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
        Map<MailboxName, ListedMailbox> listed = new LinkedHashMap<>();
        Map<MailboxName, MailboxStatus> counters = new HashMap<>();
        String options = listOptions();
        Rules rules = channel.rules().lines(3L * channel.limits().mailboxesMax());
        if (!options.isEmpty() && !extendedListRefused) {
            Reply reply = channel.tryRun(
                    Command.of("LIST \"\" \"*\" RETURN (" + options + ")"), rules, collector(listed, counters));
            if (reply.kind() == Reply.Kind.NO) {
                throw channel.refusal(Stage.COMMAND, reply);
            }
            extendedListRefused = !reply.isOk();
        }
        if (options.isEmpty() || extendedListRefused) {
            listed.clear();
            channel.run(Command.of("LIST \"\" \"*\""), rules, collector(listed, counters));
        }
        Namespaces spaces = namespaces();
        List<ListedMailbox> result = new ArrayList<>(listed.size());
        for (ListedMailbox mailbox : listed.values()) {
            if (spaces.isForeign(mailbox.name())) {
                continue;
            }
            result.add(new ListedMailbox(
                    mailbox.name(),
                    mailbox.attributes(),
                    mailbox.specialUse(),
                    mailbox.selectable(),
                    counters.get(mailbox.name())));
        }
        return List.copyOf(result);
    }

    private String listOptions() {
        List<String> options = new ArrayList<>();
        if (channel.supports("SPECIAL-USE") && channel.supports("LIST-EXTENDED")) {
            options.add("SPECIAL-USE");
        }
        if (channel.supports("LIST-STATUS")) {
            options.add("STATUS (" + statusItems() + ")");
        }
        return String.join(" ", options);
    }

    private String statusItems() {
        return modSequences()
                ? "MESSAGES UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ"
                : "MESSAGES UNSEEN UIDNEXT UIDVALIDITY";
    }

    private Untagged.Handler collector(
            Map<MailboxName, ListedMailbox> listed, Map<MailboxName, MailboxStatus> counters) {
        return answer -> {
            if (answer.is("LIST")) {
                ListedMailbox mailbox = listAnswer(answer.rest());
                listed.put(mailbox.name(), mailbox);
                if (listed.size() > channel.limits().mailboxesMax()) {
                    throw new AnswerTooLargeException(
                            "more than " + channel.limits().mailboxesMax() + " mailboxes");
                }
                return true;
            }
            if (answer.is("STATUS")) {
                StatusAnswer status = StatusAnswer.parse(answer.rest());
                counters.put(status.name(), status.status());
                return true;
            }
            return false;
        };
    }

    static ListedMailbox listAnswer(Tokens tokens) {
        Set<String> attributes = tokens.words();
        byte[] separator = tokens.nstring();
        String raw = tokens.string();
        if (raw.isEmpty() || raw.length() > MailboxName.NAME_MAX_BYTES || raw.indexOf('\0') >= 0) {
            throw new MalformedAnswerException("not a mailbox name");
        }
        char delimiter = separator == null || separator.length == 0 ? '\0' : (char) (separator[0] & 0xff);
        boolean selectable = attributes.stream()
                .noneMatch(a -> a.equalsIgnoreCase("\\Noselect") || a.equalsIgnoreCase("\\NonExistent"));
        MailboxName name = MailboxName.ofRaw(raw.getBytes(StandardCharsets.ISO_8859_1), delimiter);
        return new ListedMailbox(name, attributes, SpecialUse.among(attributes), selectable, null);
    }

    Namespace personalNamespace() throws MailException {
        List<Namespace> personal = namespaces().personal();
        if (!personal.isEmpty()) {
            return personal.getFirst();
        }
        List<Namespace> found = new ArrayList<>();
        channel.run(Command.of("LIST \"\" \"INBOX\""), channel.rules(), answer -> {
            if (answer.is("LIST")) {
                found.add(new Namespace("", listAnswer(answer.rest()).name().delimiter()));
                return true;
            }
            return false;
        });
        return found.isEmpty() ? new Namespace("", '\0') : found.getFirst();
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
        Command command = Command.of("STATUS").mailbox(name).text(" (" + statusItems() + ")");
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

    void create(MailboxName name, @Nullable SpecialUse use) throws MailException {
        boolean withUse = use != null && use != SpecialUse.INBOX && channel.supports("CREATE-SPECIAL-USE");
        if (withUse && use != null) {
            Command command = Command.of("CREATE").mailbox(name).text(" (USE (" + use.attribute() + "))");
            Reply reply = channel.tryRun(command, channel.rules(), Untagged.Handler.NONE);
            if (reply.isOk() || reply.status().is("ALREADYEXISTS")) {
                return;
            }
        }
        Reply reply = channel.tryRun(Command.of("CREATE").mailbox(name), channel.rules(), Untagged.Handler.NONE);
        if (!reply.isOk() && !reply.status().is("ALREADYEXISTS")) {
            throw channel.refusal(Stage.COMMAND, reply);
        }
    }

    /** Asks to be told of all mailboxes of the user (RFC 5465). The counters of one say that it changed, and no more. */
    boolean watchAll() throws MailException {
        if (!channel.supports("NOTIFY")) {
            return false;
        }
        Reply reply = channel.tryRun(
                Command.of("NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))"
                        + " (personal (MessageNew MessageExpunge FlagChange MailboxName))"),
                channel.rules(),
                Untagged.Handler.NONE);
        return reply.isOk();
    }

    SelectedMailbox select(MailboxName name, @Nullable ResyncPoint resync) throws MailException {
        channel.updates().forget();
        SelectAnswers answers = new SelectAnswers(channel.updates());
        Command command = Command.of("SELECT").mailbox(name);
        boolean resyncing = resync != null && resyncEnabled();
        if (resyncing && resync != null) {
            command.text(" (QRESYNC (" + resync.uidValidity() + " " + resync.modSeq() + known(resync) + "))");
        } else if (channel.supports("CONDSTORE") && enabled.isEmpty()) {
            command.text(" (CONDSTORE)");
        }
        Rules rules = channel.rules()
                .at(Stage.SELECT)
                .lines(channel.limits().messagesMax())
                .answer(maxAnswer(resyncing));
        Reply reply = channel.run(command, rules, answers);
        boolean resynced = resync != null && resyncing && answers.complete(resync);
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
