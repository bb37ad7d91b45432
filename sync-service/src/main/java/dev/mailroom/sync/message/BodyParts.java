package dev.mailroom.sync.message;

import dev.mailroom.contracts.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.LongSupplier;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.Field;
import org.jspecify.annotations.Nullable;

/** Collects the leaves of a message while it is read: text, attachments with their IMAP part numbers, digests. */
final class BodyParts {
    private static final int BUFFER_BYTES = 8 * 1024;

    /** Text that is kept before it is cut to what an event carries; more than that is never needed. */
    private static final int TEXT_MAX_BYTES = 4 * Message.TEXT_MAX_BYTES;

    /** What is looked at of a multipart that lies too deep to be opened. */
    private static final int DEEP_MAX_BYTES = 1024 * 1024;

    private static final int MEDIA_TYPE_MAX_CHARS = 127;

    private static final int WORD_MAX_CHARS = 40;

    private final ParseLimits limits;
    private final HeaderFields header;
    private final LongSupplier nanos;
    private final long startedAt;
    private final Deque<Integer> place = new ArrayDeque<>();
    private final List<Message.Attachment> attachments = new ArrayList<>();
    private final List<String> digests = new ArrayList<>();
    private final StringBuilder plain = new StringBuilder();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private byte @Nullable [] html;
    private @Nullable String htmlCharset;
    private final Deque<Multipart> open = new ArrayDeque<>();
    private @Nullable MimePart structure;
    private PartHeader part = new PartHeader();
    private int parts;
    private int listed;
    private @Nullable Shortfall shortfall;
    private boolean textCut;
    private boolean unopened;

    BodyParts(ParseLimits limits, HeaderFields header, LongSupplier nanos) {
        this.limits = limits;
        this.header = header;
        this.nanos = nanos;
        this.startedAt = nanos.getAsLong();
    }

    /** A multipart that is being read, with what was read of it. */
    private record Multipart(MimePart self, List<MimePart> children) {
        MimePart whole() {
            return new MimePart(
                    self.id(),
                    self.mediaType(),
                    self.charset(),
                    self.encoding(),
                    self.disposition(),
                    self.filename(),
                    self.contentId(),
                    self.size(),
                    children);
        }
    }

    void checkDeadline() {
        if (nanos.getAsLong() - startedAt > limits.deadline().toNanos()) {
            throw new ParseLimitException(Shortfall.TIME);
        }
    }

    /** @return false if a limit leaves the field out */
    boolean field(Field field) {
        return part.take(field, header);
    }

    /** True if a multipart that begins here is not opened, but read for its text alone. */
    boolean isDeepest() {
        return place.size() >= limits.depthMax();
    }

    void startMultipart(BodyDescriptor descriptor) {
        String id = place.isEmpty() ? null : number();
        MimePart self = describe(id, mediaType(descriptor), null, part.filename(header), descriptor, 0);
        open.push(new Multipart(self, new ArrayList<>()));
        place.push(0);
    }

    void endMultipart() {
        place.pop();
        add(open.pop().whole());
    }

    private MimePart describe(
            @Nullable String id,
            String type,
            @Nullable String charset,
            @Nullable String filename,
            BodyDescriptor descriptor,
            long size) {
        String encoding = descriptor.getTransferEncoding();
        return new MimePart(
                id,
                type,
                charset == null ? null : CleanText.line(charset.toLowerCase(Locale.ROOT), WORD_MAX_CHARS),
                encoding == null ? "7bit" : CleanText.line(encoding.toLowerCase(Locale.ROOT), WORD_MAX_CHARS),
                part.disposition(WORD_MAX_CHARS),
                filename,
                part.contentId(),
                size,
                List.of());
    }

    /** Puts a part that is read to the end where it belongs. */
    private void add(MimePart read) {
        Multipart parent = open.peek();
        if (parent == null) {
            structure = read;
        } else if (++listed <= limits.structureMax()) {
            parent.children().add(read);
        } else {
            fallShort(Shortfall.TOO_MANY_PARTS);
        }
    }

    /** The structure as far as it was read; null if not even the header of the message was. */
    @Nullable
    MimePart structure() {
        while (!open.isEmpty()) {
            add(open.pop().whole());
        }
        return structure;
    }

    void startPart() {
        if (++parts > limits.partsMax()) {
            throw new ParseLimitException(Shortfall.TOO_MANY_PARTS);
        }
        place.push(place.pop() + 1);
        part = new PartHeader();
    }

    void leaf(BodyDescriptor descriptor, InputStream decoded) throws IOException {
        String type = mediaType(descriptor);
        if (type.startsWith("multipart/")) {
            deepMultipart(type, descriptor, decoded);
            return;
        }
        String filename = part.filename(header);
        boolean inlineText = type.startsWith("text/") && !part.isAttachment() && filename == null;
        boolean wanted = inlineText && (type.equals("text/plain") || (type.equals("text/html") && html == null));
        int keep = !wanted ? 0 : type.equals("text/html") ? limits.htmlMaxBytes() : TEXT_MAX_BYTES;
        ByteArrayOutputStream kept = new ByteArrayOutputStream(wanted ? BUFFER_BYTES : 0);
        long size = drain(decoded, type.startsWith("text/"), kept, keep);
        if (wanted) {
            keepText(type, kept.toByteArray(), descriptor.getCharset());
            textCut |= size > keep;
        } else if (!inlineText) {
            list(new Message.Attachment(number(), filename, type, size));
        }
        String charset = type.startsWith("text/") ? descriptor.getCharset() : null;
        add(describe(number(), type, charset, filename, descriptor, size));
    }

    private void deepMultipart(String type, BodyDescriptor descriptor, InputStream in) throws IOException {
        fallShort(Shortfall.TOO_DEEP);
        unopened = true;
        ByteArrayOutputStream kept = new ByteArrayOutputStream(BUFFER_BYTES);
        long size = drain(in, false, kept, DEEP_MAX_BYTES);
        textCut |= size > DEEP_MAX_BYTES;
        String boundary = descriptor.getBoundary();
        if (boundary != null) {
            for (FlatParts.Text text : FlatParts.texts(kept.toByteArray(), boundary, header)) {
                checkDeadline();
                if (text.mediaType().equals("text/plain") || html == null) {
                    keepText(text.mediaType(), text.decoded(), text.charset());
                }
            }
        }
        add(describe(number(), type, null, part.filename(header), descriptor, size));
    }

    private long drain(InputStream in, boolean text, ByteArrayOutputStream kept, int keep) throws IOException {
        PartDigest digest = new PartDigest(text);
        long size = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            checkDeadline();
            digest.update(buffer, n);
            size += n;
            if (kept.size() < keep) {
                kept.write(buffer, 0, Math.min(n, keep - kept.size()));
            }
        }
        digests.add(digest.hex());
        return size;
    }

    private void keepText(String type, byte[] text, @Nullable String charset) {
        if (type.equals("text/html")) {
            html = text;
            htmlCharset = charset;
        } else if (plain.length() < TEXT_MAX_BYTES) {
            plain.append(plain.isEmpty() ? "" : "\n").append(Charsets.decodeLeniently(text, Charsets.of(charset)));
        } else {
            textCut = true;
        }
    }

    private void list(Message.Attachment attachment) {
        if (attachments.size() < limits.attachmentsMax()) {
            attachments.add(attachment);
        } else {
            fallShort(Shortfall.TOO_MANY_ATTACHMENTS);
        }
    }

    /** The plain text, or the words of the HTML where there is no plain text. */
    String text() {
        String words = plain.toString().strip();
        if (!words.isEmpty() || html == null) {
            return words;
        }
        return HtmlText.of(Charsets.decodeLeniently(html, Charsets.of(htmlCharset)), TEXT_MAX_BYTES);
    }

    boolean textCut() {
        return textCut;
    }

    /** Why not all of the body was read; null if it was. */
    @Nullable
    Shortfall shortfall() {
        return shortfall;
    }

    private void fallShort(Shortfall reason) {
        shortfall = shortfall == null ? reason : shortfall;
    }

    List<Message.Attachment> attachments() {
        return List.copyOf(attachments);
    }

    /** Of each part; none if parts were not opened. */
    List<String> digests() {
        return unopened ? List.of() : digests.stream().sorted().toList();
    }

    /** RFC 9051 section 6.4.5: a message that is no multipart has one part, 1. */
    private String number() {
        if (place.isEmpty()) {
            return "1";
        }
        StringJoiner number = new StringJoiner(".");
        for (Iterator<Integer> levels = place.descendingIterator(); levels.hasNext(); ) {
            number.add(Integer.toString(levels.next()));
        }
        return number.toString();
    }

    private static String mediaType(BodyDescriptor descriptor) {
        String type = descriptor.getMimeType();
        return type == null ? "text/plain" : CleanText.line(type.toLowerCase(Locale.ROOT), MEDIA_TYPE_MAX_CHARS);
    }
}
