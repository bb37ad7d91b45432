package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.net.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Waits for news with IDLE (RFC 2177), and proves at the end of each wait that the link is alive.
 *
 * <p>The reading thread blocks without a time-out. A timer, or another thread, says DONE; from then on the server has a fixed time to
 * answer, or the raw socket is closed. A read time-out would not do: it could strike in the middle of an answer.
 */
final class IdleWait {
    private static final byte[] DONE = "DONE\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ImapChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean woken;
    private boolean idling;
    private boolean doneSent;
    private @Nullable Deadline answerDue;

    IdleWait(ImapChannel channel) {
        this.channel = channel;
    }

    /** Ends the current or the next wait. Any thread; never blocks on the network. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
            if (idling) {
                Thread.startVirtualThread(this::sendDone);
            }
        } finally {
            lock.unlock();
        }
    }

    /** IDLE for at most so long; returns early when the server says something that matters. */
    void idle(Duration max) throws MailException, InterruptedException {
        if (takeWoken()) {
            return;
        }
        // The whole wait has to end some time, even if the timer for DONE could not write.
        Duration latest = max.plus(channel.limits().idleAnswer().multipliedBy(3));
        Rules rules = channel.rules();
        Rules wait = new Rules(Stage.COMMAND, rules.answerMaxBytes(), rules.linesMax(), latest, Duration.ZERO);
        try {
            channel.dialogue(wait, deadline -> {
                String tag = channel.nextTag();
                ImapChannel.Reading reading = channel.new Reading(wait, Untagged.Handler.NONE, deadline);
                Reply early = begin(tag, reading);
                if (early == null) {
                    waitFor(tag, reading, max);
                } else if (!early.isOk()) {
                    throw channel.refusal(Stage.COMMAND, early);
                }
                return tag;
            });
        } catch (MailException failure) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting for news");
            }
            boolean silence = failure.category() == Category.DEADLINE_EXCEEDED;
            throw silence ? MailException.of(Stage.COMMAND, Category.CONNECTION_LOST, failure) : failure;
        } finally {
            end();
        }
    }

    /** Without IDLE: just time, until somebody wakes us. */
    void pause(Duration max) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = max.toNanos();
            while (!woken && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Reply begin(String tag, ImapChannel.Reading reading) throws IOException, MailException {
        try (Deadline _ = channel.socket().deadline(channel.limits().idleAnswer())) {
            channel.send((tag + " IDLE\r\n").getBytes(StandardCharsets.US_ASCII));
            return reading.untilContinuation(tag);
        }
    }

    private void waitFor(String tag, ImapChannel.Reading reading, Duration max) throws IOException, MailException {
        lock.lock();
        try {
            idling = true;
            doneSent = false;
        } finally {
            lock.unlock();
        }
        boolean atOnce = !channel.updates().isEmpty() || isWoken();
        try (Deadline _ = Deadline.start(atOnce ? Duration.ZERO : max, this::sendDone)) {
            while (true) {
                ImapLine line = reading.line();
                if (reading.isEnd(line, tag)) {
                    // Servers may end IDLE by themselves; then our DONE must not follow.
                    return;
                }
                if (!channel.updates().isEmpty()) {
                    sendDone();
                }
            }
        }
    }

    private void sendDone() {
        lock.lock();
        try {
            if (!idling || doneSent) {
                return;
            }
            doneSent = true;
            answerDue = channel.socket().deadline(channel.limits().idleAnswer());
            channel.send(DONE);
        } catch (IOException broken) {
            channel.abort();
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            idling = false;
            woken = false;
            if (answerDue != null) {
                answerDue.close();
                answerDue = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean takeWoken() {
        lock.lock();
        try {
            boolean was = woken;
            woken = false;
            return was;
        } finally {
            lock.unlock();
        }
    }

    private boolean isWoken() {
        lock.lock();
        try {
            return woken;
        } finally {
            lock.unlock();
        }
    }
}
