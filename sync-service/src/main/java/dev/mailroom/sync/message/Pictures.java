package dev.mailroom.sync.message;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/** Decides for each picture of a message whether it is shown: those of the message are, those from elsewhere only if asked for. */
final class Pictures {
    /** Characters of a picture inside an address; a larger one is an attachment. */
    static final int DATA_MAX_CHARS = 512 * 1024;

    private static final Pattern DATA =
            Pattern.compile("data:image/(png|jpe?g|gif|webp);base64,([A-Za-z0-9+/]+={0,2})", Pattern.CASE_INSENSITIVE);

    private static final Pattern PORT = Pattern.compile("http://[^/?#]*:");

    /** Enough of a picture to see what it is, in base64. */
    private static final int MAGIC_CHARS = 16;

    private static final Set<String> KNOWN = Set.of("cid", "data");

    private static final List<byte[]> RASTERS = List.of(
            new byte[] {(byte) 0x89, 'P', 'N', 'G'},
            new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff},
            new byte[] {'G', 'I', 'F', '8'},
            new byte[] {'R', 'I', 'F', 'F'});

    private final Function<String, @Nullable String> own;
    private final boolean showRemote;
    private int remote;

    Pictures(Function<String, @Nullable String> own, boolean showRemote) {
        this.own = own;
        this.showRemote = showRemote;
    }

    int remote() {
        return remote;
    }

    /**
     * Counts what an element would fetch as its background. That is never kept: it says nothing, and its address would be asked for with
     * that of the page.
     */
    void countHidden(Element element) {
        String style = element.attr("style").toLowerCase(Locale.ROOT);
        boolean fetches = isRemote(element.attr("background")) || style.contains("url(") && style.contains("//");
        remote += fetches ? 1 : 0;
    }

    /** An image that names its addresses in {@code srcset} alone gets the first of them; which of several is loaded would tell the screen. */
    static void useFirstOfSet(Element image) {
        String src = image.attr("src").strip();
        String first = firstOf(image.attr("srcset"));
        boolean known = KNOWN.contains(SafeHtml.scheme(src)) || isRemote(src);
        if (!known && isRemote(first)) {
            image.attr("src", first);
        }
    }

    /** The first address of a list in which each may be followed by a width or a density. */
    private static String firstOf(String set) {
        int from = 0;
        while (from < set.length() && (Character.isWhitespace(set.charAt(from)) || set.charAt(from) == ',')) {
            from++;
        }
        int to = from;
        while (to < set.length() && !Character.isWhitespace(set.charAt(to))) {
            to++;
        }
        while (to > from && set.charAt(to - 1) == ',') {
            to--;
        }
        return set.substring(from, to);
    }

    void restrict(Element image) {
        String shown = address(image.attr("src").strip());
        if (shown == null) {
            image.removeAttr("src");
        } else {
            image.attr("src", shown).attr("referrerpolicy", "no-referrer").attr("loading", "lazy");
        }
    }

    private @Nullable String address(String src) {
        return switch (SafeHtml.scheme(src)) {
            case "cid" -> own.apply(src.substring("cid:".length()));
            case "data" -> isRaster(src) ? src : null;
            case "http", "https" -> {
                remote++;
                String shown = showRemote ? LinkAddress.shown(src) : null;
                yield shown == null ? null : secured(shown);
            }
            default -> null;
        };
    }

    /** A picture over http would tell the network what is read: it is asked for over TLS, where that is to be expected. */
    private static @Nullable String secured(String address) {
        if (!address.startsWith("http:")) {
            return address;
        }
        boolean otherPort = PORT.matcher(address).lookingAt();
        return otherPort ? null : "https" + address.substring("http".length());
    }

    private static boolean isRemote(String address) {
        String lower = address.strip().toLowerCase(Locale.ROOT);
        return lower.startsWith("http:") || lower.startsWith("https:") || lower.startsWith("//");
    }

    /** A picture of dots whose bytes are what they say; never SVG, which is a document. */
    private static boolean isRaster(String src) {
        if (src.length() > DATA_MAX_CHARS) {
            return false;
        }
        Matcher data = DATA.matcher(src);
        if (!data.matches() || data.group(2).length() < MAGIC_CHARS) {
            return false;
        }
        byte[] magic = Base64.getDecoder().decode(data.group(2).substring(0, MAGIC_CHARS));
        return RASTERS.stream().anyMatch(raster -> startsWith(magic, raster));
    }

    private static boolean startsWith(byte[] bytes, byte[] beginning) {
        for (int i = 0; i < beginning.length; i++) {
            if (bytes[i] != beginning[i]) {
                return false;
            }
        }
        return true;
    }
}
