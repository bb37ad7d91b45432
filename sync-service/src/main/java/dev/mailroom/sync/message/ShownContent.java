package dev.mailroom.sync.message;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Chooses the parts of a message that are its text, as mail programs do (RFC 2046 section 5.1), and makes them safe. */
final class ShownContent {
    /** Texts of one message that are shown, one below the other. */
    static final int TEXTS_MAX = 10;

    /** Bytes of all texts of one message together. */
    static final int TEXT_MAX_BYTES = 2 * 1024 * 1024;

    /** Pictures that a browser shows as pictures and as nothing else. */
    static final Set<String> PICTURES = Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

    private final UUID message;
    private final Map<String, String> pictures = new HashMap<>();
    private final MimePart structure;

    ShownContent(UUID message, MimePart structure) {
        this.message = message;
        this.structure = structure;
        structure
                .all()
                .filter(part -> part.contentId() != null && PICTURES.contains(part.mediaType()))
                .forEach(part -> pictures.putIfAbsent(part.contentId(), part.id() == null ? "1" : part.id()));
    }

    /**
     * @param stored what was read of the message when it came: shown where no part of it can be, or where the provider says that they are
     *     empty, as some do of a multipart without a boundary
     */
    ContentView read(ProviderMessage provider, boolean remoteImages, @Nullable String stored) throws IOException {
        StringBuilder html = new StringBuilder();
        int remote = 0;
        int left = TEXT_MAX_BYTES;
        boolean empty = true;
        List<MimePart> texts = texts(structure);
        boolean truncated = texts.size() > TEXTS_MAX || leavesOut(structure);
        for (MimePart text : texts.subList(0, Math.min(TEXTS_MAX, texts.size()))) {
            ProviderMessage.Beginning beginning = provider.readPart(text, left);
            String words = Charsets.decodeLeniently(beginning.bytes(), Charsets.of(text.charset()));
            empty &= words.isBlank();
            SafeHtml safe = text.mediaType().equals("text/html")
                    ? SafeHtml.of(words, this::picture, remoteImages)
                    : SafeHtml.ofText(words);
            html.append(html.isEmpty() ? "" : "<hr>").append(safe.html());
            remote += safe.remoteImages();
            truncated |= safe.truncated() || beginning.cut();
            left -= beginning.bytes().length;
            if (beginning.cut() || left <= 0) {
                break;
            }
        }
        if (empty && stored != null && !stored.isBlank()) {
            html.setLength(0);
            html.append(SafeHtml.ofText(stored).html());
            truncated = true;
        }
        return new ContentView(message, html.toString(), truncated, remote, remoteImages);
    }

    /** Whether there may be parts that the structure does not show. */
    static boolean leavesOut(MimePart structure) {
        return structure.all().anyMatch(MimePart::liesTooDeep)
                || structure
                        .all()
                        .skip(ParseLimits.defaults().structureMax())
                        .findAny()
                        .isPresent();
    }

    /** RFC 2392: the id stands in an address with its special characters escaped. */
    private @Nullable String picture(String contentId) {
        String id = contentId;
        if (contentId.indexOf('%') >= 0) {
            try {
                id = URLDecoder.decode(contentId.replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException notEscaped) {
                return null;
            }
        }
        String part = pictures.get(id);
        return part == null ? null : "/v1/messages/" + message + "/attachments/" + part + "?inline=true";
    }

    /** The texts in the order of the message; of alternatives the last that is HTML, else the last that is a text. */
    static List<MimePart> texts(MimePart part) {
        String type = part.mediaType().toLowerCase(Locale.ROOT);
        if (!part.holdsParts()) {
            boolean text = type.equals("text/html") || type.equals("text/plain");
            return text && part.showsAsText() ? List.of(part) : List.of();
        }
        List<List<MimePart>> inside = part.parts().stream()
                .map(ShownContent::texts)
                .filter(texts -> !texts.isEmpty())
                .toList();
        if (inside.isEmpty()) {
            return List.of();
        }
        if (type.equals("multipart/alternative")) {
            return inside.reversed().stream()
                    .filter(texts ->
                            texts.stream().anyMatch(text -> text.mediaType().equals("text/html")))
                    .findFirst()
                    .orElse(inside.getLast());
        }
        if (type.equals("multipart/related")) {
            return inside.getFirst();
        }
        List<MimePart> texts = new ArrayList<>();
        inside.forEach(texts::addAll);
        return texts;
    }
}
