package dev.mailroom.testkit.agreement;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.testkit.LoggedRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What somebody knows of an account who was told of it on Kafka and never asked. Says at once what cannot be: news of a message before it was
 * told, one told twice, a place that does not exist, one that is told a second time, or left without having been told. Who was told that no
 * copy is left has forgotten the message: it has to be told with its content if it comes back.
 *
 * <p>A message lies in a mailbox or it does not, however many copies of it are there. Only the archive need not be told: there lies what is
 * told to lie nowhere else, for some providers have everything in it.
 */
final class EventReplay {
    /** A message as it was told. */
    private static final class Told {
        private final Set<UUID> places = new HashSet<>();
        private boolean unread;
        private boolean flagged;
        private int arrivals;
        private int sent;
        private boolean gone;
    }

    private final Map<UUID, List<String>> mailboxes = new LinkedHashMap<>();
    private final Map<UUID, Told> messages = new LinkedHashMap<>();
    private final Map<UUID, String> emailMessageIds = new HashMap<>();
    private final Set<String> ids = new HashSet<>();
    private final List<String> problems = new ArrayList<>();
    private final Set<UUID> withRole;
    private final Set<UUID> archives;
    private final Set<UUID> doomed = new HashSet<>();
    /** Mailboxes that had the name of another one for a while, when that was about to be deleted: a label says not which of them. */
    private final Set<UUID> namesakes = new HashSet<>();

    private int repeated;

    /** @param roles of the mailboxes that have one */
    EventReplay(Map<UUID, String> roles) {
        this.withRole = Set.copyOf(roles.keySet());
        this.archives = roles.entrySet().stream()
                .filter(entry -> entry.getValue().equals("archive"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Events that came again with the id that they had, which consumers drop. */
    int repeated() {
        return repeated;
    }

    /** @param records of one account, in the order of their partition */
    void replay(List<LoggedRecord> records) {
        records.stream()
                .filter(record -> record.type().endsWith("mailbox.deleted.v1"))
                .forEach(record -> doomed.add(id(record.data().path("mailbox"))));
        for (LoggedRecord record : records) {
            if (!ids.add(record.id())) {
                repeated++;
                continue;
            }
            JsonNode data = record.data();
            switch (record.type().replaceAll(".*?((message|mailbox|command)\\.\\w+)\\.v1", "$1")) {
                case "mailbox.created" -> {
                    named(data.path("mailbox"));
                    if (mailboxes.put(id(data.path("mailbox")), path(data.path("mailbox"))) != null) {
                        problems.add("created twice: " + data);
                    }
                }
                case "mailbox.renamed" -> {
                    named(data.path("mailbox"));
                    List<String> before = mailboxes.put(id(data.path("mailbox")), path(data.path("mailbox")));
                    if (!words(data.path("previous_path")).equals(before)) {
                        problems.add("renamed from " + data.path("previous_path") + ", known as " + before);
                    }
                }
                case "mailbox.deleted" -> deleted(data);
                case "message.received", "message.imported" -> arrived(record.type(), data);
                case "message.updated" -> updated(data);
                case "message.moved" -> moved(data);
                case "message.deleted" -> {
                    Told told = known(data);
                    UUID mailbox = id(data.path("mailbox"));
                    if (withRole.contains(mailbox) && isUntold(told, mailbox)) {
                        problems.add(
                                name(message(data)) + " deleted where it was not told to be: " + data.path("mailbox"));
                    }
                    place(told, data.path("mailbox"), false);
                    told.gone = data.path("last_copy").asBoolean();
                }
                case "message.copy_linked" -> {
                    Told told = messages.computeIfAbsent(message(data), first -> new Told());
                    if (told.gone) {
                        problems.add(name(message(data)) + " linked after its last copy was deleted");
                    }
                    UUID mailbox = id(data.path("mailbox"));
                    if (told.places.contains(mailbox) && !namesakes.contains(mailbox)) {
                        problems.add(name(message(data)) + " told a second time to lie in " + data.path("mailbox"));
                    }
                    place(told, data.path("mailbox"), true);
                }
                case "message.quarantined" -> problems.add("quarantined: " + data);
                default -> {
                    // About commands and resets: says nothing of messages.
                }
            }
        }
    }

    private void named(JsonNode mailbox) {
        mailboxes.forEach((other, path) -> {
            if (path.equals(path(mailbox)) && !other.equals(id(mailbox))) {
                namesakes.add(other);
                namesakes.add(id(mailbox));
            }
        });
    }

    private void deleted(JsonNode data) {
        UUID mailbox = id(data.path("mailbox"));
        if (mailboxes.remove(mailbox) == null) {
            problems.add("deleted and not known: " + data.path("mailbox"));
        }
        messages.forEach((message, told) -> {
            if (told.places.contains(mailbox)) {
                problems.add(name(message) + " is told to lie in a mailbox that is deleted");
            }
        });
    }

    private void arrived(String type, JsonNode data) {
        JsonNode picture = data.path("message");
        UUID message = UUID.fromString(picture.path("id").asText());
        emailMessageIds.put(message, picture.path("email_message_id").asText());
        Told told = messages.compute(message, (same, before) -> before == null || before.gone ? new Told() : before);
        // A sent message and the copy of it that its sender receives are two pieces of news.
        boolean sent = data.path("mailbox").path("role").asText().equals("sent");
        if ((sent ? told.sent++ : told.arrivals++) > 0) {
            problems.add(name(message) + " told twice: " + type);
        }
        place(told, data.path("mailbox"), true);
        labels(told, picture.path("labels"), id(data.path("mailbox")));
        told.unread = picture.path("unread").asBoolean();
        told.flagged = picture.path("flagged").asBoolean();
    }

    private void updated(JsonNode data) {
        Told told = known(data);
        labels(told, data.path("labels"), null);
        told.unread = data.path("unread").asBoolean();
        told.flagged = data.path("flagged").asBoolean();
    }

    private void moved(JsonNode data) {
        Told told = known(data);
        UUID from = id(data.path("from"));
        if (isUntold(told, from)) {
            problems.add(name(message(data)) + " moved from where it was not told to be: "
                    + data.path("from").path("path"));
        }
        place(told, data.path("from"), false);
        place(told, data.path("to"), true);
    }

    private boolean isUntold(Told told, UUID mailbox) {
        return !told.places.contains(mailbox) && !archives.contains(mailbox) && !namesakes.contains(mailbox);
    }

    private Told known(JsonNode data) {
        Told told = messages.get(message(data));
        if (told == null) {
            problems.add("news of a message that was not told: " + data);
            return new Told();
        }
        if (told.gone) {
            problems.add("news of a message whose last copy was deleted: " + data);
        }
        return told;
    }

    private void place(Told told, JsonNode mailbox, boolean there) {
        if (!mailboxes.containsKey(id(mailbox))) {
            problems.add("a mailbox that does not exist: " + mailbox);
        }
        if (there) {
            told.places.add(id(mailbox));
        } else {
            told.places.remove(id(mailbox));
        }
    }

    /** Labels are the ordinary mailboxes that hold a copy, all of them. */
    private void labels(Told told, JsonNode labels, @Nullable UUID besides) {
        Set<UUID> before = Set.copyOf(told.places);
        told.places.removeIf(place -> !withRole.contains(place) && !place.equals(besides));
        for (String label : words(labels)) {
            List<UUID> named = mailboxes.entrySet().stream()
                    .filter(entry -> String.join("/", entry.getValue()).equals(label))
                    .map(Map.Entry::getKey)
                    .toList();
            if (named.isEmpty()) {
                problems.add("a label without a mailbox: " + label);
            } else if (named.stream().anyMatch(before::contains)) {
                named.stream().filter(before::contains).forEach(told.places::add);
            } else {
                // Of two, one is about to be deleted, and the other took its name.
                told.places.add(named.stream()
                        .filter(mailbox -> !doomed.contains(mailbox))
                        .findFirst()
                        .orElse(named.getLast()));
            }
        }
    }

    /** What was told and is not so, and the other way round. */
    List<String> differencesFrom(MailPicture database, Map<UUID, List<String>> allMailboxes) {
        List<String> differences = new ArrayList<>(problems);
        if (!mailboxes.equals(allMailboxes)) {
            differences.add("told mailboxes " + mailboxes + ", there are " + allMailboxes);
        }
        Map<UUID, Told> real = real(database);
        Set<UUID> all = new LinkedHashSet<>(messages.keySet());
        all.addAll(real.keySet());
        for (UUID message : all) {
            Told told = messages.get(message);
            Told is = real.getOrDefault(message, new Told());
            if (told == null) {
                differences.add(name(message) + " was never told");
                continue;
            }
            if (told.arrivals + told.sent == 0) {
                differences.add(name(message) + " was linked and never told as new");
            }
            Set<UUID> stale = new HashSet<>(told.places);
            stale.removeAll(is.places);
            Set<UUID> untold = new HashSet<>(is.places);
            untold.removeAll(told.places);
            untold.removeAll(archives);
            if (!stale.isEmpty() || !untold.isEmpty()) {
                differences.add(name(message) + " told in " + paths(told.places, allMailboxes) + ", is in "
                        + paths(is.places, allMailboxes));
            }
            if (!is.places.isEmpty() && (told.unread != is.unread || told.flagged != is.flagged)) {
                differences.add(name(message) + " told unread=" + told.unread + " flagged=" + told.flagged
                        + ", is unread=" + is.unread + " flagged=" + is.flagged);
            }
        }
        return differences;
    }

    private static Map<UUID, Told> real(MailPicture database) {
        Map<UUID, Told> real = new LinkedHashMap<>();
        for (MailPicture.Folder folder : database.folders().values()) {
            for (MailPicture.Copy copy : folder.copies().values()) {
                UUID message = copy.message();
                UUID mailbox = folder.id();
                if (message == null || mailbox == null) {
                    continue;
                }
                Told is = real.get(message);
                if (is == null) {
                    is = new Told();
                    is.unread = true;
                    real.put(message, is);
                }
                is.places.add(mailbox);
                is.unread &= !copy.flags().contains("\\Seen");
                is.flagged |= copy.flags().contains("\\Flagged");
            }
        }
        return real;
    }

    private static Set<String> paths(Set<UUID> places, Map<UUID, List<String>> mailboxes) {
        Set<String> paths = new TreeSet<>();
        places.forEach(place -> paths.add(String.join("/", mailboxes.getOrDefault(place, List.of("?")))));
        return paths;
    }

    private String name(UUID message) {
        return emailMessageIds.getOrDefault(message, message.toString());
    }

    private static UUID message(JsonNode data) {
        return UUID.fromString(data.path("message").asText());
    }

    private static UUID id(JsonNode mailbox) {
        return UUID.fromString(mailbox.path("id").asText());
    }

    private static List<String> path(JsonNode mailbox) {
        return words(mailbox.path("path"));
    }

    private static List<String> words(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
