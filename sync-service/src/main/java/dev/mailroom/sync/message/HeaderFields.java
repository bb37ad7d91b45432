package dev.mailroom.sync.message;

import dev.mailroom.contracts.Address;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.util.ByteSequence;
import org.jspecify.annotations.Nullable;

/** The header of a message, as far as the limits go; counts for the headers of its parts too. */
final class HeaderFields {
    /** Fields of a message's own header that are looked at; the others, which are most of its bytes, are only counted. */
    static final Set<String> READ = Set.of(
            "message-id",
            "in-reply-to",
            "references",
            "date",
            "from",
            "to",
            "cc",
            "bcc",
            "reply-to",
            "subject",
            "auto-submitted",
            "precedence",
            "list-id",
            "return-path");

    /** Fields that say what a body part is, on average: type, disposition, encoding and id. */
    private static final int PART_FIELDS_MAX = 4;

    /** Bytes of the fields that say what body parts are, all together. */
    private static final int PART_BYTES_MAX = 1024 * 1024;

    private final ParseLimits limits;
    private final Map<String, String> first = new HashMap<>();
    private final List<Field> kept = new ArrayList<>();
    private int fields;
    private int bytes;
    private int addresses;
    private int addressChars;
    private int encodedWords;
    private int partFields;
    private int partBytes;
    private boolean complete = true;

    HeaderFields(ParseLimits limits) {
        this.limits = limits;
    }

    /** Counts a field, of which a longer one than the limit counts with its beginning; false if a limit leaves it out. */
    boolean take(Field field) {
        ByteSequence raw = field.getRaw();
        int all = raw == null ? 0 : raw.length();
        int length = Math.min(all, limits.headerMaxBytes());
        fields++;
        complete &= length == all;
        if (fields > limits.headersMax() || bytes + length > limits.headersMaxBytes()) {
            complete = false;
            return false;
        }
        bytes += length;
        return true;
    }

    /**
     * Counts a field that says what a body part is. Those have limits of their own, for without them an attachment among many would look like
     * a text; false if even they leave it out.
     */
    boolean takeOfPart(Field field) {
        ByteSequence raw = field.getRaw();
        int length = raw == null ? 0 : raw.length();
        partFields++;
        if (partFields > PART_FIELDS_MAX * limits.partsMax()
                || length > limits.headerMaxBytes()
                || partBytes + length > PART_BYTES_MAX) {
            complete = false;
            return false;
        }
        partBytes += length;
        return true;
    }

    /** The text of a field, unfolded and not yet decoded. */
    static String text(Field field) {
        ByteSequence raw = field.getRaw();
        return raw == null ? field.getBody() : unfolded(raw);
    }

    /** Keeps a field of the message's own header if it is one that is read; the first of a name counts, as for every mail program. */
    void keep(Field field) {
        String name = field.getName().toLowerCase(Locale.ROOT);
        if (READ.contains(name) && !first.containsKey(name)) {
            first.put(name, beginning(text(field)));
        }
        kept.add(field);
    }

    /** What is kept of a field: of a list that is too long its whole items. */
    private String beginning(String text) {
        int max = limits.headerMaxBytes();
        if (text.length() <= max) {
            return text;
        }
        int end = Math.max(text.lastIndexOf(',', max), text.lastIndexOf('>', max - 1) + 1);
        return text.substring(0, end > 0 ? end : max);
    }

    /** Sha256 in hex of all fields of the message's own header. Costs as much as all else that is read of it: few messages need it. */
    String digest() {
        MessageDigest digest = PartDigest.sha256();
        for (Field field : kept) {
            String line = field.getName().toLowerCase(Locale.ROOT) + ":" + beginning(text(field)) + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** @param name one of {@link #READ} */
    @Nullable
    String raw(String name) {
        return first.get(name);
    }

    boolean complete() {
        return complete;
    }

    /** Encoded words (RFC 2047) become text; beyond the limit they stay as they are. */
    String decoded(String text) {
        int words = 0;
        for (int at = text.indexOf("=?"); at >= 0; at = text.indexOf("=?", at + 2)) {
            words++;
        }
        if (words == 0) {
            return text;
        }
        encodedWords += words;
        if (encodedWords > limits.encodedWordsMax()) {
            complete = false;
            return text;
        }
        try {
            return DecoderUtil.decodeEncodedWords(text, DecodeMonitor.SILENT, Charsets.FALLBACK);
        } catch (IllegalArgumentException unreadable) {
            return text;
        }
    }

    List<Address> addresses(String name) {
        String text = first.get(name);
        if (text == null) {
            return List.of();
        }
        AddressList.Result result = AddressList.parse(text, limits.addressesMax() - addresses, this::decoded);
        complete &= result.complete();
        addresses += result.addresses().size();
        List<Address> kept = new ArrayList<>();
        for (Address address : result.addresses()) {
            String shown = address.name();
            addressChars += address.address().length() + (shown == null ? 0 : shown.length());
            if (addressChars > limits.addressesMaxBytes()) {
                complete = false;
                break;
            }
            kept.add(address);
        }
        return List.copyOf(kept);
    }

    private static String unfolded(ByteSequence raw) {
        byte[] bytes = raw.toByteArray();
        int colon = 0;
        while (colon < bytes.length && bytes[colon] != ':') {
            colon++;
        }
        int length = 0;
        int all = 0;
        for (int i = colon + 1; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b != '\r' && b != '\n') {
                // In place: what is written lies before what is read.
                bytes[length++] = b;
                all |= b;
            }
        }
        String text = all >= 0
                ? new String(bytes, 0, length, StandardCharsets.ISO_8859_1)
                : Charsets.decodeLeniently(java.util.Arrays.copyOf(bytes, length), Charsets.FALLBACK);
        return text.strip();
    }
}
