package dev.mailroom.sync;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.SpecialUse;
import dev.mailroom.mailclient.imap.UidSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The mailboxes of a server in memory, without extensions, and its faults, which a test switches on. */
abstract class FakeMailServer {
    /** A message of the server. */
    record Stored(byte[] content, Set<String> flags, Instant date) {}

    /** A mailbox of the server. */
    static final class Folder {
        final TreeMap<Long, Stored> messages = new TreeMap<>();

        /** Where mod-sequences are counted: of each message, and of each that went. */
        final TreeMap<Long, Long> modSeqs = new TreeMap<>();

        final TreeMap<Long, Long> wentAt = new TreeMap<>();
        long highest = 1;
        long uidValidity;
        long uidNext = 1;

        Folder(long uidValidity) {
            this.uidValidity = uidValidity;
        }
    }

    final Map<MailboxName, Folder> folders = new LinkedHashMap<>();

    /** UIDs that FETCH does not answer. */
    final Set<Long> unanswered = new HashSet<>();

    /** They are answered when they are asked for by their numbers. */
    boolean unansweredAtFirst;

    /** UIDs that FETCH does not even name. */
    final Set<Long> silent = new HashSet<>();

    /** UIDs whose FETCH ends the connection. */
    final Set<Long> poison = new HashSet<>();

    /** UIDs that it cannot open: FETCH of anything but flags ends the connection, after the answers for those before it. */
    final Set<Long> unreadable = new HashSet<>();

    /** What was answered before the end of a connection does not arrive. */
    boolean losesAnswers;

    /** Mailboxes that are refused, while the connection goes on. */
    final Map<MailboxName, Category> refused = new HashMap<>();

    /** Mailboxes that SELECT refuses, while STATUS answers and the connection goes on. */
    final Set<MailboxName> unopened = new HashSet<>();

    /** Mailboxes that LIST leaves out although they are there. */
    final Set<MailboxName> unlisted = new HashSet<>();

    /** LIST leaves out what is made. */
    boolean hidesWhatIsMade;

    /** Mailboxes that LIST shows although they are gone. */
    final Set<MailboxName> listedStill = new HashSet<>();

    /** LIST brings the counters along (RFC 5819). */
    boolean listsCounters;

    /** Mailboxes that hold others and no mail. */
    final Set<MailboxName> nodes = new HashSet<>();

    /** What the server says that mailboxes are for. */
    final Map<MailboxName, SpecialUse> specialUses = new HashMap<>();

    /** No mailbox can be made. */
    boolean refusesCreate;

    /** Names that no mailbox can have, with or without a prefix. */
    final Set<MailboxName> badNames = new HashSet<>();

    /** What the server says it is; the names here are written with "/". */
    char delimiter = '/';

    /** STATUS and SELECT tell the next UID. */
    boolean saysUidNext = true;

    /** 0 without CONDSTORE; with it, more changed than the server can name. */
    long modSeq;

    /** Counts mod-sequences and names what changed, as CONDSTORE wants it. */
    boolean condstore;

    /** Names what went too, as QRESYNC wants it. */
    boolean qresync;

    /** What others do after the next SELECT was answered and before the next command comes; not told in time. */
    Act afterSelect = () -> {};

    /** What others do after the next FETCH was answered. */
    Act afterFetch = () -> {};

    /** What others do after the next COPY or MOVE was done and before its answer is acted on. */
    Act afterTransfer = () -> {};

    /** What somebody else does to the server. */
    @FunctionalInterface
    interface Act {
        void happens() throws MailException;
    }

    /** With QRESYNC: the UIDs that it says have vanished, whatever is true. */
    @Nullable
    UidSet claimsVanished;

    /** UIDs that SEARCH does not name. */
    final Set<Long> hiddenFromSearch = new HashSet<>();

    /** UIDs whose summary is not given though the message is there. */
    final Set<Long> unsummarized = new HashSet<>();

    /** How often a mailbox was selected. */
    int selects;

    /** How often messages were asked for. */
    int fetches;

    /** COPY, MOVE and APPEND tell where the message is (UIDPLUS). */
    boolean uidPlus = true;

    /** The next COPY, MOVE, EXPUNGE or APPEND is done, and its answer is lost with the connection. */
    boolean loseNextAnswer;

    /** The same for the next EXPUNGE only. */
    boolean losesRemoval;

    /** Another UIDVALIDITY than the target's is told with COPYUID; 0 for the right one. */
    long saysCopiedTo;

    /** Single messages can be expunged; else they are marked and stay. */
    boolean expunges = true;

    /** Mailboxes that can be read and not changed. */
    final Set<MailboxName> readOnly = new HashSet<>();

    /** What the next COPY, MOVE or APPEND is answered with instead of being done. */
    @Nullable
    MailException refusesNext;

    /** Whether the connection is there. */
    boolean open = true;

    /** Mailboxes that were made. */
    final List<MailboxName> created = new ArrayList<>();

    /** Speaks Gmail's extension. */
    boolean gmail;

    MailboxName folder(String name) {
        MailboxName key = new MailboxName(name, '/');
        folders.computeIfAbsent(key, created -> new Folder(100 + folders.size()));
        return key;
    }

    void make(MailboxName name) throws MailException {
        if (refusesCreate) {
            throw MailException.of(Stage.COMMAND, Category.COMMAND_REFUSED);
        }
        if (badNames.contains(name)) {
            throw MailException.at(Stage.COMMAND, Category.COMMAND_REFUSED)
                    .responseCode("CANNOT")
                    .serverText("Character not allowed")
                    .build();
        }
        folder(name.raw());
        created.add(name);
        if (hidesWhatIsMade) {
            unlisted.add(name);
        }
    }

    long deliver(MailboxName mailbox, byte[] content, Instant date) {
        Folder folder = of(mailbox);
        folder.messages.put(folder.uidNext, new Stored(content, new HashSet<>(), date));
        folder.modSeqs.put(folder.uidNext, ++folder.highest);
        return folder.uidNext++;
    }

    /** By UID, the UIDs that copies have in another mailbox. */
    Map<Long, Long> copied(Folder from, List<Long> uids, MailboxName target) {
        Map<Long, Long> mapping = new HashMap<>();
        for (long uid : uids) {
            Stored message = from.messages.get(uid);
            if (message != null) {
                mapping.put(uid, deliver(target, message.content(), message.date()));
            }
        }
        return mapping;
    }

    void alive() throws MailException {
        if (!open) {
            throw MailException.of(Stage.COMMAND, Category.CONNECTION_LOST);
        }
    }

    void mayTransfer() throws MailException {
        alive();
        MailException refusal = refusesNext;
        refusesNext = null;
        if (refusal != null) {
            throw refusal;
        }
    }

    void hangUp() throws MailException {
        open = false;
        throw MailException.at(Stage.COMMAND, Category.UNAVAILABLE)
                .serverText("Internal error occurred.")
                .build();
    }

    /** Another program takes messages away. */
    void takeAway(MailboxName mailbox, Long... uids) {
        Folder folder = of(mailbox);
        for (Long uid : uids) {
            folder.messages.remove(uid);
            folder.wentAt.put(uid, ++folder.highest);
        }
    }

    long modSeqOf(Folder folder) {
        return condstore ? folder.highest : modSeq;
    }

    static UidSet wentSince(Folder folder, long since) {
        return UidSet.of(folder.wentAt.entrySet().stream()
                .filter(entry -> entry.getValue() > since)
                .map(Map.Entry::getKey)
                .toList());
    }

    static List<MessageSummary> changedIn(Folder folder, long since) {
        return folder.messages.entrySet().stream()
                .filter(entry -> folder.modSeqs.getOrDefault(entry.getKey(), 0L) > since)
                .map(entry -> summary(entry.getKey(), entry.getValue()))
                .toList();
    }

    static MessageSummary summary(long uid, Stored message) {
        return new MessageSummary(uid, message.flags(), message.date(), message.content().length, 0);
    }

    void fetched() throws MailException {
        Act act = afterFetch;
        afterFetch = () -> {};
        act.happens();
    }

    long copiedTo(MailboxName target) {
        return !uidPlus ? 0 : saysCopiedTo > 0 ? saysCopiedTo : of(target).uidValidity;
    }

    Folder of(MailboxName name) {
        Folder folder = folders.get(name);
        if (folder == null) {
            throw new IllegalStateException("no such mailbox in this test");
        }
        return folder;
    }

    FakeMailServer() {
        folders.put(MailboxName.INBOX, new Folder(1));
    }

    /** Those of a mailbox that FETCH answers. */
    List<Map.Entry<Long, Stored>> answered(Folder folder, UidSet uids) {
        return List.copyOf(folder.messages.entrySet()).stream()
                .filter(entry -> uids.contains(entry.getKey()) && !unsummarized.contains(entry.getKey()))
                .filter(entry -> !silent.contains(entry.getKey()))
                .toList();
    }

    /** Whether nothing of the answer for these arrives before the end of the connection. */
    boolean losesAllOf(Folder folder, UidSet uids) {
        return losesAnswers
                && folder.messages.keySet().stream().anyMatch(uid -> uids.contains(uid) && unreadable.contains(uid));
    }
}
