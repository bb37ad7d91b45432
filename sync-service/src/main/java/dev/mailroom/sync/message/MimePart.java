package dev.mailroom.sync.message;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One part of a message's MIME structure (RFC 2045, 2046) with the parts inside it. A message inside a message is one part.
 *
 * @param id the IMAP part number (RFC 9051 section 6.4.5); null for the message itself where that is a multipart
 * @param mediaType in lower case, without parameters
 * @param charset of a text, as the sender says or {@code us-ascii}; else null
 * @param encoding the transfer encoding in lower case
 * @param disposition {@code inline}, {@code attachment} or what else the sender says; null where he does not
 * @param contentId without angle brackets
 * @param size bytes without the transfer encoding; 0 for a multipart, but for one that lies too deep to be opened: all that is in it
 */
public record MimePart(
        @Nullable String id,
        String mediaType,
        @Nullable String charset,
        String encoding,
        @Nullable String disposition,
        @Nullable String filename,
        @Nullable String contentId,
        long size,
        List<MimePart> parts) {

    public MimePart {
        // Absent in a row that an older version wrote, or that leaves out what is empty.
        parts = parts == null ? List.of() : List.copyOf(parts);
    }

    boolean holdsParts() {
        return mediaType.startsWith("multipart/");
    }

    /** True for a multipart that lies too deep: what is in it is not known here. */
    boolean liesTooDeep() {
        return holdsParts() && size > 0;
    }

    boolean showsAsText() {
        boolean attached = disposition != null && disposition.startsWith("attachment");
        return mediaType.startsWith("text/") && filename == null && !attached;
    }

    /** This part and those inside it, in the order of the message. */
    Stream<MimePart> all() {
        return Stream.concat(Stream.of(this), parts.stream().flatMap(MimePart::all));
    }

    Optional<MimePart> find(String part) {
        return all().filter(candidate -> part.equals(candidate.id())).findFirst();
    }
}
