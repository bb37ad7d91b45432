package dev.mailroom.testkit.imap.provider;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What one connection was told of the folder that it has selected. Used with the mailbox's monitor held. */
final class View {
    private final Provider provider;
    private final boolean modSequences;
    private final boolean resync;
    final ProviderMailbox.Folder folder;

    /** UIDs by their sequence numbers. */
    private final List<Long> uids;

    private final Map<Long, Long> modSeqs = new HashMap<>();
    private boolean ghosts;

    View(Provider provider, ProviderMailbox.Folder folder, boolean resync) {
        this.provider = provider;
        this.modSequences = provider.offers("CONDSTORE");
        this.resync = resync;
        this.folder = folder;
        this.uids = new ArrayList<>(folder.entries.keySet());
        this.ghosts = provider.has(Oddity.GHOST_EXPUNGE);
        folder.entries.forEach((uid, entry) -> modSeqs.put(uid, entry.modSeq));
    }

    /** What SELECT says before its end. */
    List<String> opening() {
        List<String> lines = new ArrayList<>();
        lines.add("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)");
        lines.add("* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] flags");
        lines.add("* " + uids.size() + " EXISTS");
        lines.add("* 0 RECENT");
        lines.add("* OK [UIDVALIDITY " + folder.uidValidity + "] epoch");
        if (!provider.has(Oddity.NO_UIDNEXT_IN_SELECT)) {
            lines.add("* OK [UIDNEXT " + folder.uidNext + "] next");
        }
        if (modSequences) {
            lines.add("* OK [HIGHESTMODSEQ " + folder.highestModSeq + "] highest");
        }
        return lines;
    }

    /** What happened since a mod-sequence, for SELECT with QRESYNC. */
    List<String> since(long modSeq) {
        TreeSet<Long> gone = new TreeSet<>();
        folder.vanished.forEach((uid, when) -> {
            if (when > modSeq) {
                gone.add(uid);
            }
        });
        if (provider.has(Oddity.VANISHED_LIES) && folder.highestModSeq > modSeq) {
            gone.addAll(uids);
        }
        List<String> lines = new ArrayList<>();
        if (!gone.isEmpty()) {
            lines.add("* VANISHED (EARLIER) " + CommandText.set(gone));
        }
        folder.entries.forEach((uid, entry) -> {
            if (entry.modSeq > modSeq) {
                lines.add(flags(sequence(uid), uid, entry));
            }
        });
        return lines;
    }

    int sequence(long uid) {
        return uids.indexOf(uid) + 1;
    }

    boolean knows(long uid) {
        return uids.contains(uid);
    }

    /** The flags are known to the client already: it changed them itself. */
    void knowsFlags(long uid) {
        ProviderMailbox.Entry entry = folder.entries.get(uid);
        if (entry != null) {
            modSeqs.put(uid, entry.modSeq);
        }
    }

    /** What was not told yet. */
    List<String> news() {
        List<String> lines = new ArrayList<>();
        List<Long> gone =
                uids.stream().filter(uid -> !folder.entries.containsKey(uid)).toList();
        if (resync && !gone.isEmpty()) {
            lines.add("* VANISHED " + CommandText.set(gone));
            uids.removeAll(gone);
        }
        for (int i = uids.size() - 1; i >= 0; i--) {
            if (!folder.entries.containsKey(uids.get(i))) {
                uids.remove(i);
                lines.add("* " + (i + 1) + " EXPUNGE");
            }
        }
        int before = uids.size();
        long last = uids.isEmpty() ? 0 : uids.getLast();
        folder.entries.tailMap(last, false).forEach((uid, entry) -> {
            uids.add(uid);
            modSeqs.put(uid, entry.modSeq);
        });
        if (uids.size() > before) {
            if (ghosts) {
                ghosts = false;
                lines.add("* " + (uids.size() + 1) + " EXISTS");
                lines.add("* " + (uids.size() + 1) + " EXPUNGE");
            }
            lines.add("* " + uids.size() + " EXISTS");
        }
        folder.entries.forEach((uid, entry) -> {
            Long known = modSeqs.put(uid, entry.modSeq);
            if (known != null && known != entry.modSeq) {
                lines.add(flags(sequence(uid), uid, entry));
            }
        });
        return lines;
    }

    private String flags(int sequence, long uid, ProviderMailbox.Entry entry) {
        return "* " + sequence + " FETCH (UID " + uid + " FLAGS (" + String.join(" ", entry.stored.flags) + ")"
                + (modSequences ? " MODSEQ (" + entry.modSeq + ")" : "") + ")";
    }
}
