package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.net.Endpoint;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** A real server, and what a test needs to put mail into it. Each test has a user of its own. */
interface TestedServer {
    Instant RECEIVED = Instant.parse("2026-03-04T05:06:07Z");

    Endpoint endpoint();

    /** A user with an empty mailbox. */
    String newUser() throws Exception;

    String password();

    /** False if COPYUID is missing, or such that it cannot be right. */
    default boolean tellsUidsOfCopies() {
        return true;
    }

    default ImapSession connect(String user) throws Exception {
        return LocalServers.connector().connect(endpoint(), LocalServers.credentials(user, password()));
    }

    static byte[] message(String subject) {
        return ("From: a@example.com\r\nTo: b@example.com\r\nSubject: " + subject + "\r\nMessage-ID: <" + subject
                        + "@example.com>\r\n\r\nHello " + subject + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static List<Long> appendTo(ImapSession session, MailboxName name, String... subjects) throws Exception {
        for (String subject : subjects) {
            session.append(name, message(subject), Set.of(), RECEIVED);
        }
        session.select(name, null);
        return session.searchSince(null);
    }

    static MailboxName own(ImapSession session, String... path) throws Exception {
        Namespace namespace = session.personalNamespace();
        MailboxName plain = MailboxName.of(List.of(path), namespace.delimiter(), false);
        return new MailboxName(namespace.prefix() + plain.raw(), namespace.delimiter());
    }
}
