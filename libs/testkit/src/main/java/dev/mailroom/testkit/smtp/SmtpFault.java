package dev.mailroom.testkit.smtp;

/** What the server does in place of the right answer. */
public sealed interface SmtpFault {
    /** Closes the connection. */
    record Drop() implements SmtpFault {}

    /** Says nothing and keeps the connection open. */
    record Hang() implements SmtpFault {}

    /** Answers with these lines, each without its line end, and goes on. */
    record Reply(String... lines) implements SmtpFault {}

    /** Sends one endless line. */
    record FloodLine() implements SmtpFault {}

    /** Sends continuation lines for ever. */
    record FloodLines() implements SmtpFault {}

    /** Sends one byte now and then and never ends the line. */
    record Drip() implements SmtpFault {}

    /** Answers correctly and appends, in the same packet, what only TLS should carry. */
    record Inject(String line) implements SmtpFault {}

    static SmtpFault drop() {
        return new Drop();
    }

    static SmtpFault hang() {
        return new Hang();
    }

    static SmtpFault reply(String... lines) {
        return new Reply(lines);
    }
}
