package dev.mailroom.testkit.smtp;

/** Where in a dialogue a fault strikes: in place of the server's answer there. */
public enum SmtpStep {
    /** Right after the TCP connection, before TLS and before the greeting. */
    CONNECT,
    GREETING,
    EHLO,
    STARTTLS,
    AUTH,
    MAIL,
    RCPT,
    DATA,
    /** After the first line of the message. */
    BODY,
    /** The dot was read and the message thrown away. */
    BEFORE_ACCEPTANCE,
    /** The message was taken and the answer is due. */
    AFTER_ACCEPTANCE,
    /** In place of the answer to what follows the acceptance. */
    QUIT
}
