package dev.mailroom.sync.message;

import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.io.MaxHeaderLengthLimitException;
import org.apache.james.mime4j.io.MaxHeaderLimitException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.apache.james.mime4j.util.MimeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Reads raw messages as a stream of tokens, within {@link ParseLimits}. Never throws for what the bytes say: whatever stops it, the
 * result holds what was read so far and is marked. Safe for use by many threads.
 */
public final class MessageParser {
    static final int SUBJECT_MAX_CHARS = 998;
    static final int PREVIEW_MAX_CHARS = 200;

    private static final int AUTOMATION_MAX_CHARS = 200;

    /** mime4j stops at a field longer than this; ours, which only leaves the field out, is smaller. */
    private static final int FIELD_MAX_BYTES = 8 * 1024 * 1024;

    private static final int FIELDS_OF_ENTITY_MAX = 100_000;

    private final ParseLimits limits;
    private final LongSupplier nanos;

    public MessageParser(ParseLimits limits) {
        this(limits, System::nanoTime);
    }

    MessageParser(ParseLimits limits, LongSupplier nanos) {
        this.limits = limits;
        this.nanos = nanos;
    }

    public ParseLimits limits() {
        return limits;
    }

    /** Reads a whole message; one larger than the limit is read by its header. */
    public ParsedMessage parse(byte[] raw) {
        return raw.length > limits.sizeMaxBytes() ? parseHeader(raw) : read(new ByteArrayInputStream(raw), false);
    }

    /** Reads a whole message as it comes in. Whoever gives it bounds its size; the limit of time counts the waiting too. */
    ParsedMessage parse(InputStream in) {
        return read(in, false);
    }

    /** Reads the header of a message whose body is not there: the result is partial. */
    public ParsedMessage parseHeader(byte[] header) {
        return read(new ByteArrayInputStream(header), true);
    }

    private ParsedMessage read(InputStream in, boolean headerOnly) {
        HeaderFields header = new HeaderFields(limits);
        BodyParts body = new BodyParts(limits, header, nanos);
        Shortfall stopped = headerOnly ? Shortfall.TOO_LARGE : null;
        try {
            walk(in, header, body, headerOnly);
        } catch (ParseLimitException limit) {
            stopped = limit.shortfall();
        } catch (MaxHeaderLimitException | MaxHeaderLengthLimitException tooLong) {
            stopped = Shortfall.HEADER;
        } catch (MimeException | IOException broken) {
            stopped = Shortfall.BROKEN;
        } catch (RuntimeException | StackOverflowError brokenByContent) {
            // The library meets content that it does not expect with unchecked exceptions of many kinds.
            stopped = Shortfall.BROKEN;
        }
        return assemble(header, body, stopped);
    }

    private static void walk(InputStream in, HeaderFields header, BodyParts body, boolean headerOnly)
            throws MimeException, IOException {
        MimeTokenStream tokens = new MimeTokenStream(new MimeConfig.Builder()
                .setMaxLineLen(-1)
                .setMaxHeaderLen(FIELD_MAX_BYTES)
                .setMaxHeaderCount(FIELDS_OF_ENTITY_MAX)
                .setMalformedHeaderStartsBody(false)
                .build());
        tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
        tokens.parse(in);
        boolean top = true;
        for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
            body.checkDeadline();
            switch (state) {
                case T_FIELD -> {
                    Field field = tokens.getField();
                    if (body.field(field) && top) {
                        header.keep(field);
                    }
                }
                case T_END_HEADER -> {
                    top = false;
                    if (headerOnly) {
                        return;
                    }
                    if (body.isDeepest()) {
                        // Of the part that begins here, not of those beside it.
                        tokens.setRecursionMode(RecursionMode.M_FLAT);
                    }
                }
                case T_START_MULTIPART -> body.startMultipart(tokens.getBodyDescriptor());
                case T_END_MULTIPART -> body.endMultipart();
                case T_START_BODYPART -> body.startPart();
                case T_BODY -> body.leaf(tokens.getBodyDescriptor(), decoded(tokens));
                default -> {
                    // Preambles, epilogues and ends say nothing of the message.
                }
            }
        }
    }

    private static InputStream decoded(MimeTokenStream tokens) {
        return MimeUtil.isBase64Encoding(tokens.getBodyDescriptor().getTransferEncoding())
                ? new Base64Body(tokens.getInputStream())
                : tokens.getDecodedInputStream();
    }

    private static ParsedMessage assemble(HeaderFields header, BodyParts body, @Nullable Shortfall stopped) {
        List<Address> from = header.addresses("from");
        List<Address> to = header.addresses("to");
        List<Address> cc = header.addresses("cc");
        List<Address> bcc = header.addresses("bcc");
        List<Address> replyTo = header.addresses("reply-to");
        String subject = header.raw("subject");
        String shownSubject = subject == null ? "" : CleanText.line(header.decoded(subject), SUBJECT_MAX_CHARS);
        String fullText = CleanText.lines(body.text());
        MimePart structure = body.structure();
        String text = CleanText.atMostBytes(fullText, Message.TEXT_MAX_BYTES);
        String emailMessageId = MessageIds.own(header.raw("message-id"));
        Instant sentAt = MailDate.parse(header.raw("date"));
        return new ParsedMessage(
                emailMessageId,
                MessageIds.all(header.raw("in-reply-to")),
                MessageIds.all(header.raw("references")),
                shownSubject,
                from.isEmpty() ? null : from.getFirst(),
                to,
                cc,
                bcc,
                replyTo,
                sentAt,
                text,
                body.textCut() || text.length() < fullText.length(),
                CleanText.line(text, PREVIEW_MAX_CHARS),
                body.attachments(),
                automation(header),
                stopped == null ? body.digests() : List.of(),
                emailMessageId == null && sentAt == null ? header.digest() : "",
                structure,
                shortfall(header, body, stopped));
    }

    private static @Nullable Shortfall shortfall(HeaderFields header, BodyParts body, @Nullable Shortfall stopped) {
        if (body.shortfall() != null || stopped != null) {
            return body.shortfall() != null ? body.shortfall() : stopped;
        }
        return header.complete() ? null : Shortfall.HEADER;
    }

    private static Message.Automation automation(HeaderFields header) {
        String returnPath = header.raw("return-path");
        return new Message.Automation(
                word(header.raw("auto-submitted")),
                word(header.raw("precedence")),
                word(header.raw("list-id")),
                returnPath != null && returnPath.strip().equals("<>"));
    }

    private static @Nullable String word(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String clean = CleanText.line(text, AUTOMATION_MAX_CHARS);
        return clean.isEmpty() ? null : clean.toLowerCase(Locale.ROOT);
    }
}
