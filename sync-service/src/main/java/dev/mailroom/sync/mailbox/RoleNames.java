package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailboxRole;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names that mail programs and providers give to special mailboxes, in many languages ({@code role-names.txt}). Compared without case,
 * differences of width and invisible marks, the same on every machine. A name has one role or none.
 */
final class RoleNames {
    /** What a mailbox is called where nothing tells the user's language. */
    static final String FALLBACK = "en";

    private static final String FILE = "role-names.txt";

    private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}");
    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

    // Say nothing of what a mailbox is for.
    private static final Set<String> GENERIC = Set.of(
            "mail",
            "mails",
            "email",
            "emails",
            "e",
            "item",
            "items",
            "message",
            "messages",
            "folder",
            "folders",
            "ordner",
            "dossier",
            "carpeta",
            "pasta",
            "cartella",
            "my");

    private static final List<Line> TABLE = read();
    private static final Map<String, MailboxRole> BY_NAME = byName();

    /** @param names the first is the one for a mailbox that we make */
    record Line(String language, MailboxRole role, List<String> names) {}

    private RoleNames() {}

    /** The role of a name: the whole of it, or what is left without words like "folder", if that is one word. */
    static Optional<MailboxRole> roleOf(String name) {
        MailboxRole exact = BY_NAME.get(normalized(name));
        if (exact != null) {
            return Optional.of(exact);
        }
        String words = words(name);
        MailboxRole spelt = BY_NAME.get(words);
        if (spelt != null) {
            return Optional.of(spelt);
        }
        List<String> telling = Arrays.stream(words.split(" "))
                .filter(word -> !GENERIC.contains(word))
                .toList();
        return telling.size() == 1 ? Optional.ofNullable(BY_NAME.get(telling.getFirst())) : Optional.empty();
    }

    /**
     * What to call a new mailbox, in the language of those that are there.
     *
     * @param present names of the account's mailboxes that have a role
     */
    static String nameFor(MailboxRole role, Collection<String> present) {
        Set<String> names = present.stream().map(RoleNames::normalized).collect(Collectors.toSet());
        Map<String, Integer> spoken = new LinkedHashMap<>();
        for (Line line : TABLE) {
            int known = (int) line.names().stream()
                    .filter(name -> names.contains(normalized(name)))
                    .count();
            spoken.merge(line.language(), known, Integer::sum);
        }
        String language = FALLBACK;
        for (Map.Entry<String, Integer> one : spoken.entrySet()) {
            if (one.getValue() > spoken.getOrDefault(language, 0)) {
                language = one.getKey();
            }
        }
        return first(language, role).or(() -> first(FALLBACK, role)).orElseThrow();
    }

    private static Optional<String> first(String language, MailboxRole role) {
        return TABLE.stream()
                .filter(line -> line.language().equals(language) && line.role() == role)
                .map(line -> line.names().getFirst())
                .findFirst();
    }

    /** The table as it is written, for the test that a name has one role. */
    static List<Line> table() {
        return TABLE;
    }

    /** The same for names that differ in case, width, composition or invisible marks; independent of the machine's language. */
    static String normalized(String name) {
        String composed = Normalizer.normalize(name, Normalizer.Form.NFKC);
        // Upper case first: the dotless i, the sharp s and the final sigma fold with their kin only this way.
        String folded =
                composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT).replace("i\u0307", "i");
        String visible = INVISIBLE.matcher(folded).replaceAll("");
        return SPACES.matcher(visible).replaceAll(" ").strip();
    }

    /** Normalized, with one space between words whatever stands there: {@code Sent_Items}, {@code sent-mail}. */
    static String words(String name) {
        return BETWEEN_WORDS.matcher(normalized(name)).replaceAll(" ").strip();
    }

    private static Map<String, MailboxRole> byName() {
        Map<String, MailboxRole> roles = new HashMap<>();
        for (Line line : TABLE) {
            for (String name : line.names()) {
                roles.put(normalized(name), line.role());
                roles.put(words(name), line.role());
            }
        }
        return Map.copyOf(roles);
    }

    private static List<Line> read() {
        try (InputStream file = Objects.requireNonNull(RoleNames.class.getResourceAsStream(FILE), FILE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> List.of(line.split("\\|")))
                    .map(fields -> new Line(
                            fields.getFirst(),
                            MailboxRole.valueOf(fields.get(1).toUpperCase(Locale.ROOT)),
                            fields.subList(2, fields.size())))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
