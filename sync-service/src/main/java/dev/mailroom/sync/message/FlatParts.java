package dev.mailroom.sync.message;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.jspecify.annotations.Nullable;

/**
 * The texts in a multipart, however deep they lie: parts are looked at one after the other, as if none were inside another. The work grows
 * with the bytes alone.
 */
final class FlatParts {
    /** Parts that are looked at. */
    static final int PARTS_MAX = 1_000;

    private static final int DASHES = 2;

    private enum Line {
        BEGINS_PART,
        ENDS_MULTIPART,
        OTHER
    }

    private final byte[] bytes;
    private final HeaderFields header;
    private final Set<String> boundaries = new HashSet<>();
    private int at;

    /** @param decoded as far as its encoding could be read */
    @SuppressWarnings("ArrayRecordComponent")
    record Text(String mediaType, @Nullable String charset, byte[] decoded) {}

    private FlatParts(byte[] bytes, String boundary, HeaderFields header) {
        this.bytes = bytes;
        this.header = header;
        boundaries.add(boundary);
    }

    /**
     * Finds texts that are no attachments, in their order.
     *
     * @param header counts the fields of the parts
     */
    static List<Text> texts(byte[] multipart, String boundary, HeaderFields header) {
        return new FlatParts(multipart, boundary, header).read();
    }

    private List<Text> read() {
        List<Text> texts = new ArrayList<>();
        boolean open = toDelimiter();
        for (int parts = 0; open && at < bytes.length && parts < PARTS_MAX; parts++) {
            Text text = part();
            if (text != null) {
                texts.add(text);
            }
            open = toDelimiter();
        }
        return texts;
    }

    /** Goes behind the next line that begins a part; false if there is none. */
    private boolean toDelimiter() {
        while (at < bytes.length) {
            int end = lineEnd(at);
            Line line = lineAt(at, end);
            at = end;
            if (line == Line.BEGINS_PART) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Text part() {
        int start = at;
        boolean inHeader = true;
        for (int end = lineEnd(at); inHeader && at < end && lineAt(at, end) == Line.OTHER; end = lineEnd(at)) {
            inHeader = !isBlank(at, end);
            at = end;
        }
        PartHeader fields = new PartHeader();
        BodyDescriptor descriptor = describe(Arrays.copyOfRange(bytes, start, at), fields);
        String type = descriptor == null ? null : descriptor.getMimeType();
        if (descriptor == null || type == null) {
            return null;
        }
        String boundary = descriptor.getBoundary();
        if (boundary != null) {
            boundaries.add(boundary);
        }
        String lower = type.toLowerCase(Locale.ROOT);
        boolean wanted = (lower.equals("text/plain") || lower.equals("text/html"))
                && !fields.isAttachment()
                && fields.filename(header) == null;
        return wanted ? new Text(lower, descriptor.getCharset(), body(descriptor)) : null;
    }

    private byte[] body(BodyDescriptor descriptor) {
        int start = at;
        for (int end = lineEnd(at); at < end && lineAt(at, end) == Line.OTHER; end = lineEnd(at)) {
            at = end;
        }
        int end = at;
        if (end < bytes.length) {
            // The line end before a delimiter belongs to the delimiter (RFC 2046 section 5.1.1).
            end -= end > start && bytes[end - 1] == '\n' ? 1 : 0;
            end -= end > start && bytes[end - 1] == '\r' ? 1 : 0;
        }
        String encoding = descriptor.getTransferEncoding();
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(end - start);
        try (var into = TransferDecoding.into(decoded, encoding == null ? "" : encoding)) {
            into.write(bytes, start, end - start);
        } catch (IOException e) {
            throw new UncheckedIOException("an array takes every byte", e);
        }
        return decoded.toByteArray();
    }

    private @Nullable BodyDescriptor describe(byte[] fields, PartHeader part) {
        MimeTokenStream tokens = new MimeTokenStream(
                new MimeConfig.Builder().setMaxLineLen(-1).setMaxHeaderLen(-1).build());
        tokens.setRecursionMode(RecursionMode.M_FLAT);
        tokens.parse(new ByteArrayInputStream(fields));
        try {
            for (EntityState state = tokens.getState();
                    state != EntityState.T_END_OF_STREAM && state != EntityState.T_BODY;
                    state = tokens.next()) {
                if (state == EntityState.T_FIELD) {
                    part.take(tokens.getField(), header);
                }
            }
            return tokens.getState() == EntityState.T_BODY ? tokens.getBodyDescriptor() : null;
        } catch (MimeException | IOException unreadable) {
            return null;
        }
    }

    private Line lineAt(int from, int to) {
        if (to - from <= DASHES || bytes[from] != '-' || bytes[from + 1] != '-') {
            return Line.OTHER;
        }
        String line = new String(bytes, from + DASHES, to - from - DASHES, StandardCharsets.ISO_8859_1).stripTrailing();
        if (boundaries.contains(line)) {
            return Line.BEGINS_PART;
        }
        return line.endsWith("--") && boundaries.contains(line.substring(0, line.length() - DASHES))
                ? Line.ENDS_MULTIPART
                : Line.OTHER;
    }

    private int lineEnd(int from) {
        int end = from;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return Math.min(bytes.length, end + 1);
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != '\r' && bytes[i] != '\n') {
                return false;
            }
        }
        return true;
    }
}
