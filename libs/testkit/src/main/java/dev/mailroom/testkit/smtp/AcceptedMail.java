package dev.mailroom.testkit.smtp;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A message that the server took responsibility for.
 *
 * @param connection number of the connection, from 1
 * @param user who logged in
 * @param from reverse-path as given
 * @param recipients forward-paths that were accepted
 * @param mime the message without dot-stuffing
 * @param mailCommand the MAIL command as sent
 */
public record AcceptedMail(
        int connection, String user, String from, List<String> recipients, byte[] mime, String mailCommand) {
    public AcceptedMail {
        recipients = List.copyOf(recipients);
    }

    public String text() {
        return new String(mime, StandardCharsets.UTF_8);
    }
}
