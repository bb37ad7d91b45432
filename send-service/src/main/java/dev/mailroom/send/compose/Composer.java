package dev.mailroom.send.compose;

import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.EventIds;
import jakarta.activation.DataHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.mail.BodyPart;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MailDateFormat;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds the MIME of a message. The same draft, id and date give the same bytes. Thread safe. */
@ApplicationScoped
public class Composer {
    private static final String UTF_8 = "UTF-8";

    private final Session ascii = session(false);
    private final Session utf8 = session(true);

    private static Session session(boolean utf8Headers) {
        Properties properties = new Properties();
        properties.setProperty("mail.mime.charset", UTF_8);
        properties.setProperty("mail.mime.allowutf8", Boolean.toString(utf8Headers));
        return Session.getInstance(properties);
    }

    /**
     * Builds a message.
     *
     * @param draft found to be good by {@link DraftCheck}
     * @param outgoing from which Message-ID and boundaries follow
     * @param date becomes the Date header, cut to seconds, in UTC
     */
    public ComposedMail compose(Draft draft, UUID outgoing, Instant date) {
        String sender = normalized(draft.sender());
        String messageId =
                "<" + EventIds.of("message-id", outgoing) + "@" + sender.substring(sender.indexOf('@') + 1) + ">";
        try {
            FixedMessage message = new FixedMessage(needsUtf8(draft) ? utf8 : ascii, messageId);
            headers(message, draft, date);
            Boundaries boundaries = new Boundaries(outgoing);
            content(message, draft, boundaries);
            message.saveChanges();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CrlfOutput lines = new CrlfOutput(bytes);
            message.writeTo(lines, new String[] {"Bcc"});
            // As it goes over the wire: the dot stands on a line of its own.
            lines.endLine();
            return new ComposedMail(messageId, bytes.toByteArray());
        } catch (MessagingException | IOException impossible) {
            throw new IllegalStateException("a checked draft could not be composed", impossible);
        }
    }

    /** Only a local part beyond ASCII cannot be encoded (RFC 6532); everything else stays in seven bits. */
    private static boolean needsUtf8(Draft draft) {
        return Stream.of(List.of(draft.from()), draft.to(), draft.cc())
                .flatMap(List::stream)
                .map(address -> normalized(address.address()))
                .anyMatch(address -> address.chars().anyMatch(c -> c > 0x7f));
    }

    private static void headers(MimeMessage message, Draft draft, Instant date)
            throws MessagingException, UnsupportedEncodingException {
        InternetAddress from = mailbox(draft.from());
        message.setFrom(from);
        if (!from.getAddress().equalsIgnoreCase(normalized(draft.sender()))) {
            message.setSender(new InternetAddress(normalized(draft.sender()), false));
        }
        message.setRecipients(Message.RecipientType.TO, mailboxes(draft.to()));
        message.setRecipients(Message.RecipientType.CC, mailboxes(draft.cc()));
        if (draft.to().isEmpty() && draft.cc().isEmpty()) {
            // Some servers refuse a message without any destination field.
            message.setHeader("To", "undisclosed-recipients:;");
        }
        message.setSubject(draft.subject(), UTF_8);
        MailDateFormat format = new MailDateFormat();
        format.setTimeZone(TimeZone.getTimeZone("UTC"));
        message.setHeader("Date", format.format(Date.from(date)));
        if (draft.inReplyTo() != null) {
            message.setHeader("In-Reply-To", draft.inReplyTo());
        }
        String references = references(draft);
        if (references != null) {
            message.setHeader("References", references);
        }
        if (draft.autoSubmitted()) {
            message.setHeader("Auto-Submitted", "auto-replied");
            message.setHeader("X-Auto-Response-Suppress", "All");
        }
    }

    /** One id on each line: no line gets long. */
    private static @Nullable String references(Draft draft) {
        List<String> ids = draft.references();
        if (ids.isEmpty() && draft.inReplyTo() != null) {
            ids = List.of(draft.inReplyTo());
        }
        return ids.isEmpty() ? null : String.join("\r\n ", ids);
    }

    private static void content(MimeMessage message, Draft draft, Boundaries boundaries) throws MessagingException {
        if (draft.attachments().isEmpty()) {
            body(message, draft, boundaries);
            return;
        }
        FixedMultipart mixed = boundaries.multipart("mixed");
        MimeBodyPart body = new MimeBodyPart();
        body(body, draft, boundaries);
        mixed.addBodyPart(body);
        for (Draft.Attachment attachment : draft.attachments()) {
            mixed.addBodyPart(attachment(attachment));
        }
        message.setContent(mixed);
    }

    private static void body(Part part, Draft draft, Boundaries boundaries) throws MessagingException {
        if (draft.text() != null && draft.html() != null) {
            FixedMultipart alternative = boundaries.multipart("alternative");
            MimeBodyPart text = new MimeBodyPart();
            text(text, draft.text(), "plain");
            alternative.addBodyPart(text);
            MimeBodyPart html = new MimeBodyPart();
            text(html, draft.html(), "html");
            alternative.addBodyPart(html);
            part.setContent(alternative);
        } else if (draft.html() != null) {
            text(part, draft.html(), "html");
        } else {
            text(part, draft.text() == null ? "" : draft.text(), "plain");
        }
    }

    private static void text(Part part, String text, String subtype) throws MessagingException {
        String type = "text/" + subtype + "; charset=" + UTF_8;
        String lines = text.replace("\r\n", "\n").replace('\r', '\n').replace("\n", "\r\n");
        part.setDataHandler(new DataHandler(new ByteArrayDataSource(lines.getBytes(StandardCharsets.UTF_8), type)));
        part.setHeader("Content-Type", type);
        // Survives every server, keeps lines short, and leaves trailing spaces and "From " alone.
        part.setHeader("Content-Transfer-Encoding", "quoted-printable");
    }

    private static BodyPart attachment(Draft.Attachment attachment) throws MessagingException {
        String type = attachment.mediaType().toLowerCase(Locale.ROOT);
        // A message/* part may not be encoded (RFC 2046 section 5.2), and unencoded it could have long or eight-bit
        // lines.
        String safe = type.startsWith("message/") ? "application/octet-stream" : type;
        MimeBodyPart part = new MimeBodyPart();
        part.setDataHandler(new DataHandler(new ByteArrayDataSource(attachment.data(), safe)));
        part.setHeader("Content-Type", safe);
        part.setHeader("Content-Transfer-Encoding", "base64");
        part.setHeader("Content-Disposition", "attachment" + FilenameParameter.of(attachment.filename()));
        return part;
    }

    private static InternetAddress[] mailboxes(List<Address> addresses)
            throws MessagingException, UnsupportedEncodingException {
        InternetAddress[] mailboxes = new InternetAddress[addresses.size()];
        for (int i = 0; i < mailboxes.length; i++) {
            mailboxes[i] = mailbox(addresses.get(i));
        }
        return mailboxes;
    }

    private static InternetAddress mailbox(Address address) throws MessagingException, UnsupportedEncodingException {
        InternetAddress mailbox = new InternetAddress(normalized(address.address()), false);
        if (address.name() != null && !address.name().isBlank()) {
            mailbox.setPersonal(address.name(), UTF_8);
        }
        return mailbox;
    }

    private static String normalized(String address) {
        String normalized = DraftCheck.normalize(address);
        if (normalized == null) {
            throw new IllegalArgumentException("not an address");
        }
        return normalized;
    }

    /** Boundaries that follow from the message's id. */
    private static final class Boundaries {
        private final UUID outgoing;
        private int next;

        private Boundaries(UUID outgoing) {
            this.outgoing = outgoing;
        }

        private FixedMultipart multipart(String subtype) {
            // "=_" occurs neither in quoted-printable nor in base64.
            return new FixedMultipart(subtype, "=_" + EventIds.of("boundary", outgoing, next++));
        }
    }
}
