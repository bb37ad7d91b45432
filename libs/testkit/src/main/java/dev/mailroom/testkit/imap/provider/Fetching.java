package dev.mailroom.testkit.imap.provider;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What FETCH and SEARCH answer for messages of one folder. */
final class Fetching {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d-MMM-yyyy", Locale.ENGLISH);
    private static final Pattern BODY =
            Pattern.compile("BODY\\.PEEK\\[([^\\]]*)\\](?:<(\\d+)\\.(\\d+)>)?", Pattern.CASE_INSENSITIVE);
    private static final int HOUR_SECONDS = 3_600;

    private final Provider provider;
    private final ProviderMailbox mailbox;

    Fetching(Provider provider, ProviderMailbox mailbox) {
        this.provider = provider;
        this.mailbox = mailbox;
    }

    /**
     * The untagged answers for one message; more than one with {@link Oddity#SPLIT_FETCH}.
     *
     * @param items as they were asked for, without parentheses
     */
    List<String> answers(int sequence, long uid, ProviderMailbox.Entry entry, String items) {
        List<String> said = new ArrayList<>();
        Matcher body = BODY.matcher(items);
        String plain = body.replaceAll("").toUpperCase(Locale.ROOT);
        for (String item : plain.strip().split(" +", -1)) {
            switch (item) {
                case "FLAGS" -> said.add("FLAGS (" + String.join(" ", entry.stored.flags) + ")");
                case "INTERNALDATE" -> said.add("INTERNALDATE \"" + DATE.format(date(entry)) + "\"");
                case "RFC822.SIZE" -> said.add("RFC822.SIZE " + size(entry));
                case "MODSEQ" -> said.add("MODSEQ (" + entry.modSeq + ")");
                case "X-GM-MSGID" -> said.add("X-GM-MSGID " + Long.toUnsignedString(entry.stored.id));
                case "X-GM-LABELS" ->
                    said.add("X-GM-LABELS (" + String.join(" ", mailbox.labelsOf(entry.stored)) + ")");
                case "", "UID" -> {
                    // Said with every answer.
                }
                default -> throw new IllegalArgumentException("not offered: " + item);
            }
        }
        body.reset();
        while (body.find()) {
            said.add(section(entry.stored.content, body));
        }
        String start = "* " + sequence + " FETCH (UID " + uid;
        if (provider.has(Oddity.SPLIT_FETCH) && said.size() > 1) {
            return List.of(start + " " + said.removeFirst() + ")", start + " " + String.join(" ", said) + ")");
        }
        return List.of(start + (said.isEmpty() ? "" : " ") + String.join(" ", said) + ")");
    }

    private Instant date(ProviderMailbox.Entry entry) {
        return provider.has(Oddity.INTERNALDATE_SHIFTED)
                ? entry.stored.date.plusSeconds(HOUR_SECONDS)
                : entry.stored.date;
    }

    private int size(ProviderMailbox.Entry entry) {
        int exact = entry.stored.content.length;
        return provider.has(Oddity.SIZE_ESTIMATED) ? exact - exact / 10 : exact;
    }

    private static String section(byte[] content, Matcher asked) {
        String name = asked.group(1).toUpperCase(Locale.ROOT);
        String whole = new String(content, StandardCharsets.ISO_8859_1);
        int text = whole.indexOf("\r\n\r\n") < 0 ? whole.length() : whole.indexOf("\r\n\r\n") + 4;
        String part =
                switch (name) {
                    case "" -> whole;
                    case "HEADER" -> whole.substring(0, text);
                    case "TEXT", "1" -> whole.substring(text);
                    default -> "";
                };
        String origin = "";
        if (asked.group(2) != null) {
            int from = Math.min(part.length(), Integer.parseInt(asked.group(2)));
            part = part.substring(from, Math.min(part.length(), from + Integer.parseInt(asked.group(3))));
            origin = "<" + asked.group(2) + ">";
        }
        return "BODY[" + name + "]" + origin + " {" + part.length() + "}\r\n" + part;
    }

    /** UIDs for {@code ALL} or {@code SINCE day}. */
    static List<Long> search(ProviderMailbox.Folder folder, String criterion) {
        if (!criterion.toUpperCase(Locale.ROOT).startsWith("SINCE ")) {
            return List.copyOf(folder.entries.keySet());
        }
        LocalDate since = LocalDate.parse(criterion.substring(6).strip(), DAY);
        return folder.entries.entrySet().stream()
                .filter(entry -> !LocalDate.ofInstant(entry.getValue().stored.date, ZoneOffset.UTC)
                        .isBefore(since))
                .map(java.util.Map.Entry::getKey)
                .toList();
    }

    /** As APPEND gives it. */
    static Instant internalDate(String text) {
        return Instant.from(DateTimeFormatter.ofPattern("d-MMM-yyyy HH:mm:ss Z", Locale.ENGLISH)
                .parse(text.strip()));
    }
}
