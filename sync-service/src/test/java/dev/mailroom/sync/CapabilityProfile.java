package dev.mailroom.sync;

import dev.mailroom.testkit.imap.DovecotServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A Dovecot that does not say all that it can: what it hides must not be used, though it would be understood. */
enum CapabilityProfile {
    FULL,
    NO_NOTIFY("NOTIFY"),
    NO_QRESYNC("QRESYNC"),
    NO_CONDSTORE("CONDSTORE", "QRESYNC"),
    NO_MOVE("MOVE"),
    NO_UIDPLUS("UIDPLUS"),
    NO_SPECIAL_USE("SPECIAL-USE"),
    NO_IDLE("IDLE"),
    NO_LIST_STATUS("LIST-STATUS"),
    BARE(
            "NOTIFY",
            "QRESYNC",
            "CONDSTORE",
            "ENABLE",
            "MOVE",
            "UIDPLUS",
            "SPECIAL-USE",
            "LIST-EXTENDED",
            "IDLE",
            "LIST-STATUS",
            "ESEARCH",
            "NAMESPACE",
            "LITERAL+");

    private static final List<String> ALL = List.of(
            "IMAP4rev1",
            "SASL-IR",
            "ID",
            "ENABLE",
            "IDLE",
            "UNSELECT",
            "CHILDREN",
            "NAMESPACE",
            "UIDPLUS",
            "LIST-EXTENDED",
            "CONDSTORE",
            "QRESYNC",
            "ESEARCH",
            "WITHIN",
            "LIST-STATUS",
            "BINARY",
            "MOVE",
            "LITERAL+",
            "NOTIFY",
            "SPECIAL-USE");

    /** Without UIDs it takes with it what other programs marked. */
    private static final Pattern REMOVES_OTHERS_MAIL = Pattern.compile("(?i)\\S+ (EXPUNGE|CLOSE)\\s*");

    private final Set<String> hidden;

    CapabilityProfile(String... hidden) {
        this.hidden = Set.copyOf(Arrays.asList(hidden));
    }

    DovecotServer start() throws Exception {
        String said = String.join(
                " ", ALL.stream().filter(word -> !hidden.contains(word)).toList());
        return DovecotServer.start(
                Scene.serverCertificate(),
                "rawlog_dir = %h/rawlog",
                "protocol imap {",
                "  imap_capability = " + said,
                "}");
    }

    /**
     * Words in commands that make use of what is hidden.
     *
     * @param sent lines that a client sent
     */
    List<String> forbiddenAmong(List<String> sent) {
        List<String> words = new ArrayList<>();
        for (String capability : hidden) {
            words.addAll(wordsOf(capability));
        }
        return sent.stream()
                .filter(line -> words.stream().anyMatch(line.toUpperCase(Locale.ROOT)::contains)
                        || REMOVES_OTHERS_MAIL.matcher(line).matches())
                .toList();
    }

    private static List<String> wordsOf(String capability) {
        return switch (capability) {
            case "CONDSTORE" -> List.of("CONDSTORE", "CHANGEDSINCE", "MODSEQ");
            case "QRESYNC" -> List.of("QRESYNC", "VANISHED");
            case "MOVE" -> List.of("UID MOVE");
            case "UIDPLUS" -> List.of("UID EXPUNGE");
            case "SPECIAL-USE" -> List.of("SPECIAL-USE", "(USE");
            case "LIST-STATUS" -> List.of("RETURN (STATUS", "RETURN (SPECIAL-USE STATUS");
            case "LIST-EXTENDED" -> List.of("LIST \"\" \"*\" RETURN");
            case "ESEARCH" -> List.of("SEARCH RETURN");
            case "LITERAL+" -> List.of("+}");
            default -> List.of(" " + capability);
        };
    }
}
