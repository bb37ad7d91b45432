package dev.mailroom.sync.message;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The charsets that a body may name. What is not among them is read as windows-1252, which reads anything. */
final class Charsets {
    /** Decodes any byte, so it never fails. */
    static final Charset FALLBACK = Charset.forName("windows-1252");

    // UTF-7 is missing on purpose: it hides markup from filters.
    private static final Set<String> ALLOWED = Set.of(
            "us-ascii",
            "utf-8",
            "utf-16",
            "utf-16le",
            "utf-16be",
            "iso-8859-1",
            "iso-8859-2",
            "iso-8859-3",
            "iso-8859-4",
            "iso-8859-5",
            "iso-8859-6",
            "iso-8859-7",
            "iso-8859-8",
            "iso-8859-9",
            "iso-8859-13",
            "iso-8859-15",
            "windows-1250",
            "windows-1251",
            "windows-1252",
            "windows-1253",
            "windows-1254",
            "windows-1255",
            "windows-1256",
            "windows-1257",
            "windows-1258",
            "windows-874",
            "koi8-r",
            "koi8-u",
            "big5",
            "gb2312",
            "gbk",
            "gb18030",
            "shift_jis",
            "windows-31j",
            "iso-2022-jp",
            "euc-jp",
            "euc-kr",
            "iso-2022-kr",
            "tis-620",
            "macintosh",
            "ibm437",
            "ibm850",
            "ibm852",
            "ibm866",
            "x-windows-949",
            "big5-hkscs");

    /** What senders call by a name that means less, or nothing, and the charset that has all of it. */
    private static final Map<String, String> MEANT = Map.ofEntries(
            Map.entry("iso-8859-1", "windows-1252"),
            Map.entry("iso-8859-8-i", "iso-8859-8"),
            Map.entry("gb2312", "gb18030"),
            Map.entry("gb_2312-80", "gb18030"),
            Map.entry("gbk", "gb18030"),
            Map.entry("x-gbk", "gb18030"),
            Map.entry("cp936", "gb18030"),
            Map.entry("shift_jis", "windows-31j"),
            Map.entry("shift-jis", "windows-31j"),
            Map.entry("x-sjis", "windows-31j"),
            Map.entry("cp932", "windows-31j"),
            Map.entry("euc-kr", "x-windows-949"),
            Map.entry("ks_c_5601-1987", "x-windows-949"),
            Map.entry("cp949", "x-windows-949"),
            Map.entry("koi8-ru", "koi8-u"),
            Map.entry("unicode-1-1-utf-8", "utf-8"));

    private Charsets() {}

    /** @param name as the Content-Type says; null means US-ASCII, read as UTF-8 because senders forget to say so */
    static Charset of(@Nullable String name) {
        if (name == null) {
            return StandardCharsets.UTF_8;
        }
        try {
            String lower = name.strip().toLowerCase(Locale.ROOT);
            Charset charset = Charset.forName(MEANT.getOrDefault(lower, lower));
            String canonical = charset.name().toLowerCase(Locale.ROOT);
            if (canonical.equals("us-ascii")) {
                return StandardCharsets.UTF_8;
            }
            return ALLOWED.contains(canonical) || ALLOWED.contains(lower) ? charset : FALLBACK;
        } catch (IllegalArgumentException unknown) {
            return FALLBACK;
        }
    }

    /**
     * UTF-8 where the bytes are UTF-8 and the sender said so, nothing, or a Western charset, which is what programs say that do not know;
     * what is said to be UTF-8 and is not is {@link #FALLBACK}.
     */
    static String decodeLeniently(byte[] bytes, Charset declared) {
        if (declared.equals(StandardCharsets.UTF_8)) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (text.indexOf('\ufffd') < 0) {
                return text;
            }
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(java.nio.ByteBuffer.wrap(bytes))
                        .toString();
            } catch (java.nio.charset.CharacterCodingException notUtf8) {
                // The body was cut in the middle of a character, or is not what it says.
                long broken = text.chars().filter(c -> c == '\ufffd').count();
                boolean elsewhereRight = text.chars().anyMatch(c -> c >= 0x80 && c != '\ufffd');
                boolean cut = text.indexOf('\ufffd') == text.length() - 1;
                return broken <= 1 && (cut || elsewhereRight) ? text : new String(bytes, FALLBACK);
            }
        }
        if (declared.equals(FALLBACK)) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(java.nio.ByteBuffer.wrap(bytes))
                        .toString();
            } catch (java.nio.charset.CharacterCodingException western) {
                return new String(bytes, FALLBACK);
            }
        }
        return new String(bytes, declared);
    }
}
