package dev.mailroom.send.compose;

import dev.mailroom.contracts.Address;
import dev.mailroom.http.FieldError;
import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds everything that is wrong with a draft, with JSON pointers into the request. */
public final class DraftCheck {
    /** Recipients of one message, all kinds together: what every server must take in one transaction. */
    public static final int RECIPIENTS_MAX = 100;

    public static final int ATTACHMENTS_MAX = 25;

    /** Bytes of all attachments together, before encoding. */
    public static final long ATTACHMENTS_MAX_BYTES = 20L * 1024 * 1024;

    /** Characters of the subject; it must fit a line even if it has no space. */
    public static final int SUBJECT_MAX_CHARS = 900;

    /** Characters of text or HTML. */
    public static final int BODY_MAX_CHARS = 2 * 1024 * 1024;

    public static final int NAME_MAX_CHARS = 200;
    public static final int FILENAME_MAX_CHARS = 200;
    public static final int REFERENCES_MAX = 100;
    public static final int MESSAGE_ID_MAX_CHARS = 250;

    /** Octets of a mailbox and of its local part (RFC 5321 section 4.5.3.1). */
    private static final int ADDRESS_MAX_CHARS = 254;

    private static final int LOCAL_PART_MAX_CHARS = 64;

    // Dot-atom (RFC 5322 section 3.2.3), with the letters of RFC 6532. Quoted local parts are not taken: no provider
    // gives them out.
    private static final Pattern LOCAL_PART =
            Pattern.compile("[\\p{L}\\p{N}\\p{M}!#$%&'*+/=?^_`{|}~-]+(\\.[\\p{L}\\p{N}\\p{M}!#$%&'*+/=?^_`{|}~-]+)*");
    private static final Pattern DOMAIN =
            Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    private static final Pattern MESSAGE_ID = Pattern.compile("<[\\x21-\\x3b\\x3d\\x3f-\\x7e]+>");
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}");

    private final List<FieldError> errors = new ArrayList<>();

    private DraftCheck() {}

    /** Everything that is wrong; empty if the draft can be composed. */
    public static List<FieldError> of(Draft draft) {
        DraftCheck check = new DraftCheck();
        check.address("/from", draft.from());
        check.addresses("/to", draft.to());
        check.addresses("/cc", draft.cc());
        check.addresses("/bcc", draft.bcc());
        int recipients = draft.to().size() + draft.cc().size() + draft.bcc().size();
        if (recipients == 0) {
            check.wrong("/to", "there must be a recipient in to, cc or bcc");
        } else if (recipients > RECIPIENTS_MAX) {
            check.wrong("/to", "at most " + RECIPIENTS_MAX + " recipients, to, cc and bcc together");
        }
        check.line("/subject", draft.subject(), SUBJECT_MAX_CHARS);
        check.body("/text", draft.text());
        check.body("/html", draft.html());
        if (draft.text() == null && draft.html() == null) {
            check.wrong("/text", "there must be a text or html, even if empty");
        }
        check.attachments(draft.attachments());
        if (draft.inReplyTo() != null) {
            check.messageId("/in_reply_to", draft.inReplyTo());
        }
        if (draft.references().size() > REFERENCES_MAX) {
            check.wrong("/references", "at most " + REFERENCES_MAX + " entries");
        }
        for (int i = 0; i < draft.references().size(); i++) {
            check.messageId("/references/" + i, draft.references().get(i));
        }
        return List.copyOf(check.errors);
    }

    /**
     * The address as it is written to a server: the domain in lower case and as A-labels (RFC 5890).
     *
     * @return null if it is not an address
     */
    public static @Nullable String normalize(String address) {
        int at = address.lastIndexOf('@');
        if (at < 1 || at > LOCAL_PART_MAX_CHARS || address.length() > ADDRESS_MAX_CHARS) {
            return null;
        }
        String local = address.substring(0, at);
        String domain;
        try {
            domain = IDN.toASCII(address.substring(at + 1), IDN.USE_STD3_ASCII_RULES)
                    .toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException notADomain) {
            return null;
        }
        boolean good =
                LOCAL_PART.matcher(local).matches() && DOMAIN.matcher(domain).matches();
        return good && at + 1 + domain.length() <= ADDRESS_MAX_CHARS ? local + "@" + domain : null;
    }

    private void addresses(String pointer, List<Address> addresses) {
        for (int i = 0; i < addresses.size(); i++) {
            address(pointer + "/" + i, addresses.get(i));
        }
    }

    private void address(String pointer, Address address) {
        if (address.name() != null) {
            line(pointer + "/name", address.name(), NAME_MAX_CHARS);
        }
        if (isBroken(address.address())) {
            wrong(pointer + "/address", "must not contain line breaks or NUL");
        } else if (normalize(address.address()) == null) {
            wrong(pointer + "/address", "is not an email address");
        }
    }

    private void attachments(List<Draft.Attachment> attachments) {
        if (attachments.size() > ATTACHMENTS_MAX) {
            wrong("/attachments", "at most " + ATTACHMENTS_MAX + " attachments");
        }
        long bytes = 0;
        for (int i = 0; i < attachments.size(); i++) {
            Draft.Attachment attachment = attachments.get(i);
            String pointer = "/attachments/" + i;
            bytes += attachment.data().length;
            if (attachment.filename().isBlank()) {
                wrong(pointer + "/filename", "must not be empty");
            }
            line(pointer + "/filename", attachment.filename(), FILENAME_MAX_CHARS);
            if (!MEDIA_TYPE.matcher(attachment.mediaType()).matches()) {
                wrong(pointer + "/media_type", "must be type/subtype without parameters");
            } else if (attachment.mediaType().toLowerCase(Locale.ROOT).startsWith("multipart/")) {
                wrong(pointer + "/media_type", "must not be a multipart type");
            }
        }
        if (bytes > ATTACHMENTS_MAX_BYTES) {
            wrong("/attachments", "at most " + ATTACHMENTS_MAX_BYTES + " bytes in all");
        }
    }

    /** Whether this is one message id in angle brackets (RFC 5322 section 3.6.4), as {@code in_reply_to} must be. */
    public static boolean isMessageId(String id) {
        return id.length() <= MESSAGE_ID_MAX_CHARS && MESSAGE_ID.matcher(id).matches();
    }

    private void messageId(String pointer, String id) {
        if (!isMessageId(id)) {
            wrong(
                    pointer,
                    "must be one message id in angle brackets, at most " + MESSAGE_ID_MAX_CHARS
                            + " printable ASCII characters");
        }
    }

    private void line(String pointer, String value, int maxChars) {
        if (isBroken(value)) {
            wrong(pointer, "must not contain line breaks, NUL or unpaired surrogates");
        }
        if (value.length() > maxChars) {
            wrong(pointer, "at most " + maxChars + " characters");
        }
    }

    private void body(String pointer, @Nullable String value) {
        if (value == null) {
            return;
        }
        if (value.indexOf('\0') >= 0 || hasUnpairedSurrogate(value)) {
            wrong(pointer, "must not contain NUL or unpaired surrogates");
        }
        if (value.length() > BODY_MAX_CHARS) {
            wrong(pointer, "at most " + BODY_MAX_CHARS + " characters");
        }
    }

    /** Whether a value could leave its header; U+0085 and the Unicode separators end a line for some readers too. */
    private static boolean isBroken(String value) {
        return value.chars()
                        .anyMatch(c -> c < 0x20 && c != '\t' || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029)
                || hasUnpairedSurrogate(value);
    }

    private static boolean hasUnpairedSurrogate(String value) {
        return value.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    private void wrong(String pointer, String message) {
        errors.add(new FieldError(pointer, message));
    }
}
