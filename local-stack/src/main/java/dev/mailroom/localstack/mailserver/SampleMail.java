package dev.mailroom.localstack.mailserver;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Properties;

/**
 * The mail that is in the mailboxes before Mailroom sees them: a small shop's correspondence of the last ten months.
 *
 * <p>The same messages at every call, dated back from today. There are conversations of several messages, HTML beside plain text,
 * attachments, and names and subjects outside ASCII, because a real mailbox has them.
 */
final class SampleMail {

    /** @param seen whether it has been read */
    record Stored(String folder, MimeMessage message, Instant deliveredAt, boolean seen) {}

    private record Topic(String folder, String subject, String text) {}

    private record Correspondent(String name, String address) {}

    private static final int THREADS = 68;
    private static final int THREAD_MESSAGES = 3;
    private static final int UNREAD = 9;
    private static final Duration SPAN = Duration.ofDays(300);

    private static final List<Correspondent> CORRESPONDENTS = List.of(
            new Correspondent("Marta Kowalska", "marta@paper-and-string.example"),
            new Correspondent("Jürgen Weiß", "j.weiss@holzhandel-nord.example"),
            new Correspondent("Priya Raman", "priya@kiln-street.example"),
            new Correspondent("東京 花子", "hanako@washi-house.example"),
            new Correspondent("Øystein Bakke", "oystein@fjord-freight.example"),
            new Correspondent("Chloé Martin", "chloe.martin@atelier-rive.example"),
            new Correspondent("Sam Okafor", "sam@okafor-accounts.example"));

    private static final List<Topic> TOPICS = List.of(
            new Topic(
                    "INBOX",
                    "Order %d: two cartons arrived damaged",
                    "Two of the six cartons came with a crushed corner."),
            new Topic("INBOX", "Can we move the delivery of order %d to Thursday?", "Our hall is closed on Wednesday."),
            new Topic("INBOX", "Question about oak boards, lot %d", "Is this lot kiln-dried, and to what moisture?"),
            new Topic("Archive", "Price list %d, valid from next month", "Please find our new prices attached."),
            new Topic("Finance/Invoices", "Invoice 2025-%d", "Thank you for your order. The invoice is attached."),
            new Topic("INBOX", "Rückfrage zur Lieferung %d", "Können Sie uns die Maße noch einmal bestätigen?"),
            new Topic("Suppliers/Paper", "Réassort papier n° %d", "Voici notre proposition pour le réassort."),
            new Topic("INBOX", "Workshop on Saturday, group %d", "Eight people have signed up so far."));

    private final Session session = Session.getInstance(new Properties());
    private final Instant today;

    SampleMail(Clock clock) {
        this.today = clock.instant().truncatedTo(ChronoUnit.DAYS);
    }

    /** What is in a person's mailbox, oldest first. */
    List<Stored> of(Person person) {
        try {
            return person.equals(Person.ANA) ? correspondence(person) : List.of(welcome(person));
        } catch (MessagingException | UnsupportedEncodingException e) {
            throw new IllegalStateException("the sample mail could not be written", e);
        }
    }

    private List<Stored> correspondence(Person owner) throws MessagingException, UnsupportedEncodingException {
        var stored = new ArrayList<Stored>();
        for (int thread = 0; thread < THREADS; thread++) {
            Topic topic = TOPICS.get(thread % TOPICS.size());
            Correspondent other = CORRESPONDENTS.get(thread * 5 % CORRESPONDENTS.size());
            String subject = topic.subject().formatted(4100 + thread * 7);
            Instant begun = today.minus(SPAN.multipliedBy(THREADS - thread).dividedBy(THREADS));
            String previous = null;
            for (int turn = 0; turn < THREAD_MESSAGES; turn++) {
                boolean fromOwner = turn % 2 == 1;
                Instant sentAt = begun.plus(Duration.ofHours(9 + turn * 5L)).plusSeconds(thread * 97L);
                var message = message(
                        "<t" + thread + "." + turn + "@sample.mailroom.example>",
                        sentAt,
                        (turn == 0 ? "" : "Re: ") + subject);
                if (fromOwner) {
                    message.setFrom(address(owner.name(), owner.address()));
                    message.setRecipient(MimeMessage.RecipientType.TO, address(other.name(), other.address()));
                } else {
                    message.setFrom(address(other.name(), other.address()));
                    message.setRecipient(MimeMessage.RecipientType.TO, address(owner.name(), owner.address()));
                }
                if (previous != null) {
                    message.setHeader("In-Reply-To", previous);
                    message.setHeader("References", previous);
                }
                writeBody(message, turn == 0 ? topic.text() : reply(fromOwner, other), thread, turn);
                message.saveChanges();
                message.setHeader("Message-ID", "<t" + thread + "." + turn + "@sample.mailroom.example>");
                previous = "<t" + thread + "." + turn + "@sample.mailroom.example>";
                boolean seen = thread < THREADS - UNREAD || turn < THREAD_MESSAGES - 1;
                stored.add(new Stored(fromOwner ? "Sent" : topic.folder(), message, sentAt, seen));
            }
        }
        return stored;
    }

    private static String reply(boolean fromOwner, Correspondent other) {
        return fromOwner
                ? "Hello " + other.name() + ",\n\nthank you, I will look into it today and come back to you.\n\nAna"
                : "Perfect, thank you for the quick answer.\n\nBest regards\n" + other.name();
    }

    private void writeBody(MimeMessage message, String text, int thread, int turn) throws MessagingException {
        if (turn != 0) {
            message.setText(text, StandardCharsets.UTF_8.name());
            return;
        }
        var alternative = new MimeMultipart("alternative");
        var plain = new MimeBodyPart();
        plain.setText("Hello Ana,\n\n" + text + "\n", StandardCharsets.UTF_8.name());
        var html = new MimeBodyPart();
        html.setContent("<html><body><p>Hello Ana,</p><p>" + text + "</p></body></html>", "text/html; charset=UTF-8");
        alternative.addBodyPart(plain);
        alternative.addBodyPart(html);
        if (thread % 4 != 0) {
            message.setContent(alternative);
            return;
        }
        var mixed = new MimeMultipart("mixed");
        var body = new MimeBodyPart();
        body.setContent(alternative);
        var attachment = new MimeBodyPart();
        attachment.setText("item;pieces;price\noak board;12;18.40\n", StandardCharsets.UTF_8.name(), "csv");
        attachment.setFileName("positions-" + thread + ".csv");
        attachment.setDisposition(MimeBodyPart.ATTACHMENT);
        mixed.addBodyPart(body);
        mixed.addBodyPart(attachment);
        message.setContent(mixed);
    }

    private Stored welcome(Person person) throws MessagingException, UnsupportedEncodingException {
        Instant sentAt = today.minus(Duration.ofDays(3));
        var message = message("<welcome@sample.mailroom.example>", sentAt, "Welcome to your new mailbox");
        message.setFrom(address("Harbour Books", "office@harbour-books.example"));
        message.setRecipient(MimeMessage.RecipientType.TO, address(person.name(), person.address()));
        message.setText("Hello Bo,\n\nyour mailbox is ready.\n", StandardCharsets.UTF_8.name());
        message.saveChanges();
        message.setHeader("Message-ID", "<welcome@sample.mailroom.example>");
        return new Stored("INBOX", message, sentAt, true);
    }

    private MimeMessage message(String id, Instant sentAt, String subject) throws MessagingException {
        var message = new MimeMessage(session);
        message.setHeader("Message-ID", id);
        message.setSentDate(Date.from(sentAt));
        message.setSubject(subject, StandardCharsets.UTF_8.name());
        return message;
    }

    private static InternetAddress address(String name, String address) throws UnsupportedEncodingException {
        return new InternetAddress(address, name, StandardCharsets.UTF_8.name());
    }
}
