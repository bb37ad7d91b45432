package dev.mailroom.testkit.agreement;

import dev.mailroom.testkit.imap.RawImapClient;
import java.io.IOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which messages lie where with which flags: as the server says it, and as the database has it.
 *
 * @param folders by raw name; what is not followed (drafts, nodes without messages) is left out
 * @param phantoms raw names of what the server lists and refuses to open: nobody knows what is in it
 * @param leftovers what a database at rest does not have: copies that are neither there nor gone, mailboxes that are missed, quarantine
 */
record MailPicture(Map<String, Folder> folders, Set<String> phantoms, List<String> leftovers) {
    /** @param copies by UID */
    record Folder(
            @Nullable UUID id, List<String> path, @Nullable String role, long uidValidity, Map<Long, Copy> copies) {}

    /** @param message the id that sync-service gave it; null on the server */
    record Copy(
            @Nullable String emailMessageId,
            Set<String> flags,
            @Nullable UUID message) {}

    private static final Pattern LISTED = Pattern.compile("\\* LIST \\(([^)]*)\\) (?:\"(?:\\\\.|[^\"])\"|NIL) (.*)");
    private static final Pattern FETCHED = Pattern.compile(
            "(?s)\\* \\d+ FETCH \\(UID (\\d+) FLAGS \\(([^)]*)\\) BODY\\[HEADER\\.FIELDS \\([^)]*\\)] (?:\\{\\d+}|\"\"|NIL)(.*)\\)");
    private static final Pattern MESSAGE_ID = Pattern.compile("(?is).*message-id:\\s*(<[^>]*>).*");
    private static final Pattern VALIDITY = Pattern.compile("(?s).*\\[UIDVALIDITY (\\d+)].*");

    /**
     * What the server has now.
     *
     * @param ignored raw names of mailboxes that are not followed
     */
    static MailPicture ofServer(RawImapClient client, Set<String> ignored) throws IOException {
        Map<String, Folder> folders = new TreeMap<>();
        Set<String> phantoms = new TreeSet<>();
        for (String line : client.run("LIST \"\" \"*\"")) {
            Matcher listed = LISTED.matcher(line);
            if (!listed.matches()) {
                continue;
            }
            String name = listed.group(2).startsWith("\"") ? unquoted(listed.group(2)) : listed.group(2);
            boolean node = listed.group(1).toLowerCase(java.util.Locale.ROOT).matches(".*\\\\(noselect|nonexistent).*");
            if (node || ignored.contains(name)) {
                continue;
            }
            RawImapClient.Answer selected = client.attempt("EXAMINE " + RawImapClient.quoted(name));
            if (selected.isOk()) {
                folders.put(name, folder(client, String.join("\n", selected.untagged())));
            } else {
                phantoms.add(name);
            }
        }
        return new MailPicture(folders, phantoms, List.of());
    }

    private static Folder folder(RawImapClient client, String selected) throws IOException {
        Matcher validity = VALIDITY.matcher(selected);
        if (!validity.matches()) {
            throw new IOException("no UIDVALIDITY in " + selected);
        }
        Map<Long, Copy> copies = new TreeMap<>();
        for (String line : client.run("UID FETCH 1:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")) {
            Matcher fetched = FETCHED.matcher(line);
            if (fetched.matches()) {
                Matcher id = MESSAGE_ID.matcher(fetched.group(3));
                copies.put(
                        Long.parseLong(fetched.group(1)),
                        new Copy(
                                id.matches() ? id.group(1) : null,
                                flags(fetched.group(2).split(" ")),
                                null));
            }
        }
        return new Folder(null, List.of(), null, Long.parseLong(validity.group(1)), copies);
    }

    private static String unquoted(String text) {
        return text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    private static Set<String> flags(String... words) {
        Set<String> flags = new TreeSet<>(Arrays.asList(words));
        flags.removeIf(flag -> flag.isEmpty() || flag.equalsIgnoreCase("\\Recent"));
        return flags;
    }

    /** What the database has now of an account. */
    static MailPicture ofDatabase(Connection connection, UUID account) throws SQLException {
        Map<String, Folder> folders = new TreeMap<>();
        List<String> leftovers = new ArrayList<>();
        Map<UUID, Folder> byId = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select id, raw_name, path, role, selectable, uid_validity, missing_since from mailbox where account_id = ?")) {
            statement.setObject(1, account);
            ResultSet rows = statement.executeQuery();
            while (rows.next()) {
                String name = new String(rows.getBytes("raw_name"), java.nio.charset.StandardCharsets.ISO_8859_1);
                Folder folder = new Folder(
                        rows.getObject("id", UUID.class),
                        words(rows.getArray("path")),
                        rows.getString("role"),
                        rows.getLong("uid_validity"),
                        new TreeMap<>());
                byId.put(folder.id(), folder);
                if (rows.getObject("missing_since") != null) {
                    leftovers.add("mailbox " + name + " is missed");
                }
                if (rows.getBoolean("selectable") && !"drafts".equals(folder.role())) {
                    folders.put(name, folder);
                }
            }
        }
        copies(connection, account, byId, leftovers);
        byId.values().stream()
                .filter(folder ->
                        !folders.containsValue(folder) && !folder.copies().isEmpty())
                .forEach(folder -> leftovers.add("copies in " + folder.path() + ", which holds no mail"));
        return new MailPicture(folders, Set.of(), leftovers);
    }

    private static void copies(Connection connection, UUID account, Map<UUID, Folder> folders, List<String> leftovers)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select c.mailbox_id, c.uid_validity, c.uid, c.flags, c.vanished_at, c.message_id, m.email_message_id
                from copy c left join message m on m.id = c.message_id where c.account_id = ?
                """)) {
            statement.setObject(1, account);
            ResultSet rows = statement.executeQuery();
            while (rows.next()) {
                Folder folder = folders.get(rows.getObject("mailbox_id", UUID.class));
                long uid = rows.getLong("uid");
                if (folder == null || rows.getLong("uid_validity") != folder.uidValidity()) {
                    leftovers.add("copy " + uid + " of another UIDVALIDITY or mailbox, vanished "
                            + rows.getObject("vanished_at"));
                } else if (rows.getObject("vanished_at") != null) {
                    leftovers.add("copy " + uid + " in " + folder.path() + " is not settled");
                } else {
                    folder.copies()
                            .put(
                                    uid,
                                    new Copy(
                                            rows.getString("email_message_id"),
                                            flags(words(rows.getArray("flags")).toArray(String[]::new)),
                                            rows.getObject("message_id", UUID.class)));
                }
            }
        }
        try (PreparedStatement statement =
                connection.prepareStatement("select uid, reason from quarantine where account_id = ?")) {
            statement.setObject(1, account);
            ResultSet rows = statement.executeQuery();
            while (rows.next()) {
                leftovers.add("uid " + rows.getLong("uid") + " in quarantine: " + rows.getString("reason"));
            }
        }
    }

    private static List<String> words(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    /** What the other has and this one has not, and the other way round; nothing if both say the same. */
    List<String> differencesFrom(MailPicture server) {
        List<String> differences = new ArrayList<>(leftovers);
        Set<String> names = new TreeSet<>(folders.keySet());
        names.addAll(server.folders().keySet());
        names.removeAll(server.phantoms());
        for (String name : names) {
            Folder mine = folders.get(name);
            Folder theirs = server.folders().get(name);
            if (mine == null || theirs == null) {
                differences.add("mailbox " + name + " only " + (mine == null ? "on the server" : "in the database"));
            } else if (mine.uidValidity() != theirs.uidValidity()) {
                differences.add("mailbox " + name + " UIDVALIDITY " + mine.uidValidity() + ", on the server "
                        + theirs.uidValidity());
            } else {
                copies(name, mine.copies(), theirs.copies(), differences);
            }
        }
        return differences;
    }

    private static void copies(String name, Map<Long, Copy> mine, Map<Long, Copy> theirs, List<String> differences) {
        Set<Long> uids = new TreeSet<>(mine.keySet());
        uids.addAll(theirs.keySet());
        for (long uid : uids) {
            Copy stored = mine.get(uid);
            Copy real = theirs.get(uid);
            if (stored == null && real != null && real.flags().contains("\\Deleted")) {
                // Marked by somebody who cannot expunge it alone: for us it is gone, whenever the server lets it go.
                continue;
            }
            if (stored == null) {
                differences.add(
                        name + " " + uid + " " + Objects.requireNonNull(real).emailMessageId() + " only on the server");
            } else if (real == null) {
                differences.add(name + " " + uid + " " + stored.emailMessageId() + " only in the database");
            } else if (!Objects.equals(stored.emailMessageId(), real.emailMessageId())) {
                differences.add(name + " " + uid + " is " + stored.emailMessageId() + ", on the server "
                        + real.emailMessageId());
            } else if (!stored.flags().equals(real.flags())) {
                differences.add(name + " " + uid + " " + stored.emailMessageId() + " has flags " + stored.flags()
                        + ", on the server " + real.flags());
            }
        }
    }
}
