package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.net.Deadline;
import dev.mailroom.mailclient.net.GuardedSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands and reads their answers within bounds of bytes, lines and time.
 *
 * <p>One thread owns it; {@link #abort()} may be called from any. A refusal leaves it usable; every other failure closes it.
 */
final class ImapChannel {
    /** Answers that cannot be read, per command: a few are a bug of the server, many are an attack. */
    private static final int MALFORMED_MAX = 1_000;

    /** Longest literal that is sent without asking, so that an over-quota message is not sent in vain. */
    private static final int LITERAL_UNASKED_MAX_BYTES = 64 * 1024;

    /** RFC 7888, 5: what LITERAL- allows. */
    private static final int LITERAL_MINUS_MAX_BYTES = 4_096;

    /** A server may need longer for a command than for a word. */
    private static final int SILENCE_FACTOR = 3;

    private final GuardedSocket socket;
    private final ImapLimits limits;
    private final UpdateLog updates;
    private final Duration readTimeout;
    final ReentrantLock writing = new ReentrantLock();
    private ImapWire wire;
    private final Capabilities capabilities = new Capabilities();
    private boolean loginBegun;
    private volatile boolean open = true;
    private int tags;
    private long bytesRead;

    ImapChannel(GuardedSocket socket, ImapLimits limits, Duration readTimeout) throws IOException {
        this.socket = socket;
        this.limits = limits;
        this.readTimeout = readTimeout;
        this.updates = new UpdateLog(limits);
        this.wire = new ImapWire(socket.input(), limits.loginMaxBytes());
    }

    ImapLimits limits() {
        return limits;
    }

    UpdateLog updates() {
        return updates;
    }

    GuardedSocket socket() {
        return socket;
    }

    boolean isOpen() {
        return open;
    }

    Capabilities capabilities() {
        return capabilities;
    }

    boolean supports(String capability) {
        return capabilities.contains(capability);
    }

    /** From now on a refusal may show what the server said. */
    void loginBegins() {
        loginBegun = true;
    }

    /** Starts afresh on the encrypted stream: nothing that was read or learned in plain text is left. */
    void startOver() throws IOException {
        wire = new ImapWire(socket.input(), limits.loginMaxBytes());
        capabilities.forget();
        updates.clear();
    }

    /** True if the server said something that nobody has read yet. */
    boolean hasUnread() {
        return wire.hasMore();
    }

    /** Bounds of an ordinary command. */
    Rules rules() {
        return new Rules(
                Stage.COMMAND,
                limits.responseMaxBytes(),
                limits.responsesMax(),
                limits.commandDeadline(),
                readTimeout.multipliedBy(SILENCE_FACTOR));
    }

    /** Bounds of the dialogue until the log-in is done. */
    Rules loginRules(Stage stage) {
        return new Rules(stage, limits.loginMaxBytes(), 1_000, limits.loginDeadline(), readTimeout);
    }

    /** Sends a command; a refusal is thrown. */
    Reply run(Command command, Rules rules, Untagged.Handler handler) throws MailException {
        Reply reply = tryRun(command, rules, handler);
        if (!reply.isOk()) {
            throw refusal(rules.stage(), reply);
        }
        return reply;
    }

    MailException refusal(Stage stage, Reply reply) {
        return Refusals.of(stage, reply.status(), showText());
    }

    /** Sends a command; a refusal is returned. */
    Reply tryRun(Command command, Rules rules, Untagged.Handler handler) throws MailException {
        return dialogue(rules, deadline -> {
            String tag = nextTag();
            Reading reading = new Reading(rules, handler, deadline);
            Reply early = write(tag, command, reading);
            return early != null ? early : reading.untilTagged(tag);
        });
    }

    /** Sends commands without waiting in between: they must not depend on each other. The first refusal is thrown at the end. */
    void runAll(List<Command> commands, Rules rules, Untagged.Handler handler) throws MailException {
        for (Reply reply : tryRunAll(commands, rules, handler)) {
            if (!reply.isOk()) {
                throw refusal(rules.stage(), reply);
            }
        }
    }

    /** The same for commands that may be refused. None may hold a literal that has to be asked for. */
    List<Reply> tryRunAll(List<Command> commands, Rules rules, Untagged.Handler handler) throws MailException {
        return dialogue(rules, deadline -> {
            Reading reading = new Reading(rules, handler, deadline);
            Set<String> waiting = new HashSet<>();
            for (Command command : commands) {
                String tag = nextTag();
                waiting.add(tag);
                write(tag, command, reading);
            }
            List<Reply> ends = new ArrayList<>();
            while (!waiting.isEmpty()) {
                ImapLine line = reading.line();
                if (line.isTagged() && line.isStatus() && waiting.remove(line.getTag())) {
                    ends.add(reading.ended(line));
                }
            }
            return ends;
        });
    }

    /** Reads one line that is not the answer to a command: the greeting. */
    ImapLine readGreeting(Rules rules) throws MailException {
        return dialogue(rules, _ -> next());
    }

    /** Sends AUTHENTICATE and answers its challenges in turn. */
    Reply authenticate(String line, byte[][] answers, Rules rules) throws MailException {
        return dialogue(rules, deadline -> {
            String tag = nextTag();
            Reading reading = new Reading(rules, Untagged.Handler.NONE, deadline);
            send((tag + " " + line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            for (byte[] answer : answers) {
                Reply early = reading.untilContinuation(tag);
                if (early != null) {
                    return early;
                }
                byte[] withEnd = Arrays.copyOf(answer, answer.length + 2);
                withEnd[answer.length] = '\r';
                withEnd[answer.length + 1] = '\n';
                send(withEnd);
                Arrays.fill(withEnd, (byte) 0);
            }
            return reading.untilTagged(tag);
        });
    }

    /** Closes the socket at once. Any thread. */
    void abort() {
        open = false;
        socket.abort();
    }

    void close() {
        open = false;
        socket.close();
    }

    /** What is done within one deadline. */
    @FunctionalInterface
    interface Dialogue<T> {
        T run(Deadline deadline) throws IOException, MailException;
    }

    /** Runs a dialogue under the rules; whatever breaks it closes the connection. */
    <T> T dialogue(Rules rules, Dialogue<T> dialogue) throws MailException {
        if (!open) {
            throw MailException.of(rules.stage(), Category.CONNECTION_LOST);
        }
        boolean intact = false;
        try (Deadline deadline = socket.deadline(rules.deadline())) {
            try {
                wire.answerMaxBytes(rules.answerMaxBytes());
                socket.readTimeout(rules.silence());
                T result = dialogue.run(deadline);
                intact = true;
                return result;
            } catch (AnswerTooLargeException hostile) {
                throw MailException.of(rules.stage(), Category.LIMIT_EXCEEDED, hostile);
            } catch (IOException broken) {
                throw brokenLink(rules, deadline, broken);
            }
        } finally {
            if (!intact) {
                abort();
            }
        }
    }

    private MailException brokenLink(Rules rules, Deadline deadline, IOException broken) {
        boolean slow = deadline.missed() || broken instanceof SocketTimeoutException;
        if (slow && rules.stage() == Stage.GREETING) {
            return MailException.of(rules.stage(), Category.GREETING_TIMEOUT, broken);
        }
        return MailException.of(rules.stage(), slow ? Category.DEADLINE_EXCEEDED : Category.CONNECTION_LOST, broken);
    }

    String nextTag() {
        return "m" + ++tags;
    }

    void send(byte[] bytes) throws IOException {
        writing.lock();
        try {
            OutputStream out = socket.output();
            out.write(bytes);
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    private boolean showText() {
        return loginBegun && socket.secured();
    }

    private ImapLine next() throws IOException {
        ImapLine line = wire.readLine();
        bytesRead += line.bytes();
        if (!loginBegun && bytesRead > limits.loginMaxBytes()) {
            throw new AnswerTooLargeException("more than " + limits.loginMaxBytes() + " bytes before the log-in");
        }
        return line;
    }

    private @Nullable Reply write(String tag, Command command, Reading reading) throws IOException, MailException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes((tag + " ").getBytes(StandardCharsets.ISO_8859_1));
        for (Command.Piece piece : command.pieces()) {
            if (!piece.literal()) {
                line.writeBytes(piece.bytes());
                continue;
            }
            boolean unasked = isSentUnasked(piece.bytes().length);
            String size = "{" + piece.bytes().length + (unasked ? "+" : "") + "}\r\n";
            line.writeBytes(size.getBytes(StandardCharsets.ISO_8859_1));
            if (!unasked) {
                send(line.toByteArray());
                line.reset();
                Reply refused = reading.untilContinuation(tag);
                if (refused != null) {
                    return refused;
                }
            }
            send(line.toByteArray());
            line.reset();
            send(piece.bytes());
        }
        line.writeBytes(new byte[] {'\r', '\n'});
        send(line.toByteArray());
        return null;
    }

    private boolean isSentUnasked(int length) {
        return (supports("LITERAL+") && length <= LITERAL_UNASKED_MAX_BYTES)
                || (supports("LITERAL-") && length <= LITERAL_MINUS_MAX_BYTES);
    }

    /** The answers to one command. */
    final class Reading {
        private final Rules rules;
        private final Untagged.Handler handler;
        private final Deadline deadline;
        private long lines;
        private int malformed;

        Reading(Rules rules, Untagged.Handler handler, Deadline deadline) {
            this.rules = rules;
            this.handler = handler;
            this.deadline = deadline;
        }

        /** The tagged end; everything before it is handed out. */
        Reply untilTagged(String tag) throws IOException, MailException {
            while (true) {
                ImapLine line = line();
                if (isEnd(line, tag)) {
                    return ended(line);
                }
                if (!line.isUnTagged()) {
                    countMalformed();
                }
            }
        }

        /** Null when the server asks for more, else the early end of the command. */
        @Nullable
        Reply untilContinuation(String tag) throws IOException, MailException {
            while (true) {
                ImapLine line = line();
                if (line.isContinuation()) {
                    return null;
                }
                if (isEnd(line, tag)) {
                    return ended(line);
                }
            }
        }

        /** The next line; untagged ones were handed out already. */
        ImapLine line() throws IOException, MailException {
            ImapLine line = next();
            if (++lines > rules.linesMax()) {
                throw new AnswerTooLargeException("more than " + rules.linesMax() + " answers to one command");
            }
            deadline.extend(Rules.allowance(line.bytes()));
            if (line.isUnTagged()) {
                handOut(line);
            }
            return line;
        }

        boolean isEnd(ImapLine line, String tag) {
            return line.isTagged() && line.isStatus() && tag.equals(line.getTag());
        }

        Reply ended(ImapLine line) {
            Reply reply = Reply.of(line);
            if (reply.status().is("CAPABILITY")) {
                capabilities.learn(Tokens.of(reply.status().argument()));
            }
            return reply;
        }

        private void handOut(ImapLine line) throws IOException, MailException {
            if (line.isBYE() && rules.stage() != Stage.OK) {
                throw Refusals.bye(rules.stage(), line.statusText(), showText());
            }
            try {
                Untagged answer = Untagged.parse(line, capabilities.utf8());
                if (answer.is("CAPABILITY")) {
                    capabilities.learn(answer.rest());
                } else if (answer.status().is("CAPABILITY")) {
                    capabilities.learn(Tokens.of(answer.status().argument()));
                } else if (!handler.take(answer)) {
                    updates.take(answer);
                }
            } catch (MalformedAnswerException unreadable) {
                countMalformed();
            }
        }

        private void countMalformed() throws IOException {
            if (++malformed > MALFORMED_MAX) {
                throw new AnswerTooLargeException("more than " + MALFORMED_MAX + " answers that cannot be read");
            }
        }
    }
}
