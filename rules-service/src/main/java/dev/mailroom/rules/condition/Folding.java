package dev.mailroom.rules.condition;

import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;

/**
 * Makes text comparable: compatibility composition (NFKC), case folding, no invisible characters, one space for any white space.
 *
 * <p>Follows toNFKC_Casefold of Unicode section 3.13 but for the dotless i, which folds to i as well. Folding what is folded
 * changes nothing.
 */
public final class Folding {
    private Folding() {}

    /** Folds a text. Its length may change ({@code ß} becomes {@code ss}). */
    public static String fold(String text) {
        String composed = Normalizer.normalize(text, Normalizer.Form.NFKC);
        // Upper case between lower cases: it makes ß and the final sigma equal to what they are written with elsewhere,
        // and the
        // first lower case brings the capital ẞ there too.
        String folded =
                composed.toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return Normalizer.normalize(plain(folded), Normalizer.Form.NFKC);
    }

    /** Folds an address or a part of one; a domain in A-labels becomes Unicode, so both ways to write it are equal. */
    public static String foldAddress(String address) {
        String folded = fold(address).strip();
        int at = folded.lastIndexOf('@');
        if (folded.indexOf("xn--", at + 1) < 0) {
            return folded;
        }
        return folded.substring(0, at + 1) + fold(IDN.toUnicode(folded.substring(at + 1), IDN.ALLOW_UNASSIGNED));
    }

    /** The text in which a pattern is looked for: composed, with its case and white space as they are. */
    static String compose(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }

    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        boolean space = false;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (isInvisible(character)) {
                continue;
            }
            boolean white = Character.isWhitespace(character) || Character.isSpaceChar(character);
            if (!white) {
                plain.append(character == 'ς' ? 'σ' : character);
            } else if (!space) {
                plain.append(' ');
            }
            space = white;
        }
        return plain.toString();
    }

    /** Soft hyphen, zero width characters, word joiner, byte order mark: they split words that a person reads as one. */
    private static boolean isInvisible(char character) {
        return character == '\u00AD'
                || (character >= '\u200B' && character <= '\u200F')
                || character == '\u2060'
                || character == '\uFEFF'
                || (character >= '\uFE00' && character <= '\uFE0F');
    }
}
