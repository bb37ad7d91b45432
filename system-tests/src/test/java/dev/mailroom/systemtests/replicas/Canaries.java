package dev.mailroom.systemtests.replicas;

import dev.mailroom.systemtests.replicas.Deliveries.Delivered;
import dev.mailroom.testkit.imap.RawImapClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Mail that arrives in one mailbox, and a second program that is at work there: it files, flags and deletes mail of its own. What the server
 * acknowledged is noted; a connection that is lost is opened again.
 */
final class Canaries implements AutoCloseable {
    static final String WORK = "Work";

    private static final long PAUSE_MILLIS = 60;
    private static final int DICE = 3;

    /** Opens a connection of the other program. */
    @FunctionalInterface
    interface Opener {
        RawImapClient open() throws IOException;
    }

    private final UUID account;
    private final Opener opener;
    private final Random random;
    private final List<Delivered> delivered = new ArrayList<>();
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);
    private volatile boolean stopping;
    private int number;
    private int noise;

    Canaries(UUID account, Opener opener, Random random) {
        this.account = account;
        this.opener = opener;
        this.random = random;
    }

    void start() {
        thread.start();
    }

    /** What the server acknowledged so far, in order. */
    synchronized List<Delivered> soFar() {
        return List.copyOf(delivered);
    }

    /** Nothing is delivered while this runs. */
    synchronized void holdDuring(Fault.Happening happening, FaultRun run) throws Exception {
        happening.in(run);
    }

    /** What arrived since then was lost by the server itself: nobody has to know of it. */
    synchronized void forgiveSince(long nanos) {
        delivered.removeIf(mail -> mail.atNanos() >= nanos);
    }

    List<Delivered> stop() throws InterruptedException {
        stopping = true;
        if (!thread.join(java.time.Duration.ofSeconds(30))) {
            throw new IllegalStateException("the deliveries do not end");
        }
        return soFar();
    }

    @Override
    public void close() {
        stopping = true;
    }

    private void run() {
        RawImapClient client = null;
        while (!stopping) {
            client = step(client);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
        }
        end(client);
    }

    private synchronized @Nullable RawImapClient step(@Nullable RawImapClient open) {
        RawImapClient client = open;
        try {
            if (client == null) {
                client = opener.open();
            }
            number++;
            String id = "<c" + number + "." + account + "@example.net>";
            client.append("INBOX", "", mail(id, "Canary " + number, 1));
            delivered.add(new Delivered(account, id, number, System.nanoTime()));
            if (random.nextInt(DICE) == 0) {
                meddle(client);
            }
            return client;
        } catch (IOException lost) {
            // What was not acknowledged may be there or not.
            end(client);
            return null;
        }
    }

    private void meddle(RawImapClient client) throws IOException {
        switch (random.nextInt(5)) {
            case 0, 1 ->
                client.append(
                        WORK, "", mail("<n" + noise++ + "." + account + "@example.net>", "Noise", random.nextInt(40)));
            case 2 -> {
                String uid = lastUid(client, WORK, "ALL");
                if (!uid.isEmpty()) {
                    client.run("UID COPY " + uid + " INBOX");
                    client.run("UID STORE " + uid + " +FLAGS (\\Deleted)");
                    client.run("UID EXPUNGE " + uid);
                }
            }
            case 3 -> {
                String uid = lastUid(client, "INBOX", "ALL");
                if (!uid.isEmpty()) {
                    client.run("UID STORE " + uid + (random.nextBoolean() ? " +" : " -") + "FLAGS (\\Seen \\Flagged)");
                }
            }
            default -> {
                String uid = lastUid(client, "INBOX", "SUBJECT Noise");
                if (!uid.isEmpty()) {
                    client.run("UID STORE " + uid + " +FLAGS (\\Deleted)");
                    client.run("UID EXPUNGE " + uid);
                }
            }
        }
    }

    private static String lastUid(RawImapClient client, String mailbox, String what) throws IOException {
        client.run("SELECT " + mailbox);
        return client.run("UID SEARCH " + what).stream()
                .filter(line -> line.startsWith("* SEARCH "))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElse("");
    }

    /** @param lines of text */
    static byte[] mail(String id, String subject, int lines) {
        return ("""
                From: Ana Silva <ana@example.net>
                To: bo@example.com
                Subject: %s
                Date: Fri, 20 Nov 2026 10:00:00 +0000
                Message-ID: %s

                """.formatted(subject, id)
                        + "A line of sixty characters, so that a message has some size.\n".repeat(lines))
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void end(@Nullable RawImapClient client) {
        if (client == null) {
            return;
        }
        try {
            client.close();
        } catch (IOException gone) {
            // It is lost, which is why it is closed.
            return;
        }
    }
}
