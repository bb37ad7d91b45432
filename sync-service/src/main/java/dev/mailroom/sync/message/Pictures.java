package dev.mailroom.sync.message;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
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

    /** Enough of a picture to see what it is, in base64. */
    private static final int MAGIC_CHARS = 16;

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

    /** Counts what an element would fetch by other means than {@code src}; none of them is ever kept. */
    void countHidden(Element element) {
        String style = element.attr("style").toLowerCase(Locale.ROOT);
        boolean fetches = isRemote(element.attr("background"))
                || style.contains("url(") && style.contains("//")
                || element.attr("srcset").contains("//") && !isRemote(element.attr("src"));
        remote += fetches ? 1 : 0;
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
                // A picture over http would tell the network what is read.
                yield shown != null && shown.startsWith("https:") ? shown : null;
            }
            default -> null;
        };
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
