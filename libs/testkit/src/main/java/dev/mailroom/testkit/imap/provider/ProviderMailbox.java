package dev.mailroom.testkit.imap.provider;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One user's mail. All calls are made with its monitor held; what changes it wakes whoever waits on that.
 *
 * <p>Names are raw: one character for each byte, in modified UTF-7 except where a connection has enabled UTF-8.
 */
final class ProviderMailbox {
    /** A message; with labels, several folders share it. */
    static final class Stored {
        final byte[] content;
        final Instant date;
        final long id;
        final Set<String> flags = new TreeSet<>();

        private Stored(byte[] content, Instant date, long id, Collection<String> flags) {
            this.content = content;
            this.date = date;
            this.id = id;
            this.flags.addAll(flags);
        }
    }

    /** A message in a folder. */
    static final class Entry {
        final Stored stored;
        long modSeq;

        private Entry(Stored stored, long modSeq) {
            this.stored = stored;
            this.modSeq = modSeq;
        }
    }

    /** A folder, or with labels a label. */
    static final class Folder {
        String name;
        final Set<String> attributes;
        long uidValidity;
        long uidNext = 1;
        long highestModSeq = 1;
        final TreeMap<Long, Entry> entries = new TreeMap<>();

        /** UIDs that are gone, with the mod-sequence of that. */
        final TreeMap<Long, Long> vanished = new TreeMap<>();

        private Folder(String name, Set<String> attributes, long uidValidity) {
            this.name = name;
            this.attributes = attributes;
            this.uidValidity = uidValidity;
        }

        /** The message of a UID that is there. */
        Entry at(long uid) {
            return Objects.requireNonNull(entries.get(uid));
        }

        boolean is(String attribute) {
            return attributes.contains(attribute);
        }

        long unseen() {
            return entries.values().stream()
                    .filter(entry -> !entry.stored.flags.contains("\\Seen"))
                    .count();
        }
    }

    private static final long FIRST_GMAIL_ID = 1_700_000_000_000_000_000L;

    /** Whole messages that were handed out. */
    int bodiesFetched;

    /** How the answer to every APPEND ends; null if it takes messages. */
    @Nullable
    String appendRefusal;

    private final Provider provider;
    private final Map<String, Folder> folders = new LinkedHashMap<>();
    private long nextUidValidity = 1_000;
    private long modSeq = 1;
    private long nextId = FIRST_GMAIL_ID;

    ProviderMailbox(Provider provider) {
        this.provider = provider;
        make(provider.inbox(), Set.of());
        for (String folder : provider.folders) {
            String[] parts = folder.split("\\|", -1);
            make(parts[0], parts[1].isEmpty() ? Set.of() : new TreeSet<>(List.of(parts[1].split(" ", -1))));
        }
    }

    private boolean labels() {
        return provider.has(Oddity.LABELS);
    }

    private static String key(String name) {
        return name.equalsIgnoreCase("INBOX") ? "INBOX" : name;
    }

    private Folder make(String name, Set<String> attributes) {
        Folder folder = new Folder(name, attributes, nextUidValidity++);
        folders.put(key(name), folder);
        return folder;
    }

    List<Folder> folders() {
        return List.copyOf(folders.values());
    }

    /** Null also for one that cannot be opened. */
    @Nullable
    Folder folder(String name) {
        Folder folder = folders.get(key(name));
        return folder == null || folder.is("\\Noselect") ? null : folder;
    }

    private @Nullable Folder with(String attribute) {
        return folders.values().stream()
                .filter(folder -> folder.is(attribute))
                .findFirst()
                .orElse(null);
    }

    /** @return null if it was made, else why not */
    @Nullable
    String create(String name) {
        if (folders.containsKey(key(name))) {
            return "[ALREADYEXISTS] Mailbox exists";
        }
        if (name.isEmpty() || name.length() > 1_000 || !name.startsWith(provider.prefix)) {
            return "Invalid mailbox name";
        }
        int level = name.indexOf(provider.delimiter, provider.prefix.length());
        while (level > 0) {
            String parent = name.substring(0, level);
            if (!folders.containsKey(key(parent))) {
                make(parent, Set.of());
            }
            level = name.indexOf(provider.delimiter, level + 1);
        }
        make(name, Set.of());
        changed();
        return null;
    }

    boolean delete(String name) {
        Folder folder = folders.remove(key(name));
        if (folder != null) {
            folder.entries.clear();
            changed();
        }
        return folder != null;
    }

    boolean rename(String from, String to) {
        if (!folders.containsKey(key(from)) || folders.containsKey(key(to))) {
            return false;
        }
        for (Folder folder : folders()) {
            if (folder.name.equals(from) || folder.name.startsWith(from + provider.delimiter)) {
                folders.remove(key(folder.name));
                folder.name = to + folder.name.substring(from.length());
                folders.put(key(folder.name), folder);
            }
        }
        changed();
        return true;
    }

    /** @return its UID */
    long append(Folder target, byte[] content, Instant date, Collection<String> flags) {
        Stored known = labels() ? sameMessage(content) : null;
        long uid = place(target, known == null ? new Stored(content, date, nextId++, flags) : known);
        changed();
        return uid;
    }

    /** A label more for a message that is there already, by its Message-ID. */
    private @Nullable Stored sameMessage(byte[] content) {
        String id = messageId(content);
        return folders.values().stream()
                .flatMap(folder -> folder.entries.values().stream())
                .map(entry -> entry.stored)
                .filter(stored -> !id.isEmpty() && id.equals(messageId(stored.content)))
                .findFirst()
                .orElse(null);
    }

    private static String messageId(byte[] content) {
        for (String line : new String(content, StandardCharsets.ISO_8859_1).split("\r\n", 200)) {
            if (line.isEmpty()) {
                return "";
            }
            if (line.toLowerCase(Locale.ROOT).startsWith("message-id:")) {
                return line.substring(11).strip();
            }
        }
        return "";
    }

    /** @return new UIDs by old ones; those that do not exist are left out */
    Map<Long, Long> copy(Folder from, Collection<Long> uids, Folder target) {
        Map<Long, Long> mapping = new LinkedHashMap<>();
        for (long uid : uids) {
            Entry entry = from.entries.get(uid);
            if (entry != null) {
                Stored stored = entry.stored;
                mapping.put(
                        uid,
                        place(
                                target,
                                labels() ? stored : new Stored(stored.content, stored.date, nextId++, stored.flags)));
            }
        }
        changed();
        return mapping;
    }

    private long place(Folder target, Stored stored) {
        if (labels()) {
            for (Folder folder : folders()) {
                boolean alone = aside(target) ? folder != target : aside(folder);
                if (alone) {
                    uidsOf(folder, stored).forEach(uid -> take(folder, uid));
                }
            }
            Folder all = with("\\All");
            if (all != null && !aside(target) && target != all) {
                put(all, stored);
            }
        }
        return put(target, stored);
    }

    /** Trash and Spam: what lies there lies nowhere else. */
    private static boolean aside(Folder folder) {
        return folder.is("\\Trash") || folder.is("\\Junk");
    }

    private static List<Long> uidsOf(Folder folder, Stored stored) {
        return folder.entries.entrySet().stream()
                .filter(entry -> entry.getValue().stored == stored)
                .map(Map.Entry::getKey)
                .toList();
    }

    private long put(Folder folder, Stored stored) {
        List<Long> there = labels() ? uidsOf(folder, stored) : List.of();
        if (!there.isEmpty()) {
            return there.getFirst();
        }
        long uid = folder.uidNext++;
        folder.highestModSeq = ++modSeq;
        folder.entries.put(uid, new Entry(stored, modSeq));
        return uid;
    }

    private void take(Folder folder, long uid) {
        if (folder.entries.remove(uid) != null) {
            folder.highestModSeq = ++modSeq;
            folder.vanished.put(uid, modSeq);
        }
    }

    /** Takes messages out of a folder. With labels that is a label less; out of All Mail nothing goes. */
    void remove(Folder folder, Collection<Long> uids) {
        if (!labels() || !folder.is("\\All")) {
            List.copyOf(uids).forEach(uid -> take(folder, uid));
            changed();
        }
    }

    void flag(Folder folder, long uid, boolean add, Collection<String> flags) {
        Entry entry = folder.entries.get(uid);
        if (entry == null) {
            return;
        }
        Set<String> all = entry.stored.flags;
        boolean different = add ? all.addAll(flags) : all.removeAll(flags);
        if (!different) {
            return;
        }
        if (labels() && add && flags.contains("\\Deleted")) {
            all.remove("\\Deleted");
            remove(folder, List.of(uid));
            return;
        }
        for (Folder one : folders.values()) {
            for (Entry other : one.entries.values()) {
                if (other.stored == entry.stored) {
                    other.modSeq = ++modSeq;
                    one.highestModSeq = modSeq;
                }
            }
        }
        Folder starred = with("\\Flagged");
        if (labels() && starred != null && flags.contains("\\Flagged")) {
            if (add) {
                put(starred, entry.stored);
            } else {
                uidsOf(starred, entry.stored).forEach(one -> take(starred, one));
            }
        }
        changed();
    }

    /** Names of the labels of a message, as X-GM-LABELS gives them. */
    List<String> labelsOf(Stored stored) {
        List<String> labels = new ArrayList<>();
        for (Folder folder : folders.values()) {
            if (folder.is("\\All") || uidsOf(folder, stored).isEmpty()) {
                continue;
            }
            if (folder.name.equals("INBOX")) {
                labels.add("\"\\\\Inbox\"");
            } else if (folder.name.startsWith("[Gmail]/")) {
                String use = folder.is("\\Flagged")
                        ? "Starred"
                        : folder.name.substring(8).split(" ", -1)[0];
                labels.add("\"\\\\" + use + "\"");
            } else {
                labels.add("\"" + folder.name + "\"");
            }
        }
        return labels;
    }

    /** As after a restore from a backup: the last messages are gone, and their UIDs are given out again. */
    void rewind(Folder folder, int messages) {
        for (int i = 0; i < messages && !folder.entries.isEmpty(); i++) {
            folder.uidNext = folder.entries.pollLastEntry().getKey();
        }
        changed();
    }

    private void changed() {
        notifyAll();
    }
}
