package dev.mailroom.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The peer: isync's {@code mbsync} downloads a mailbox over TLS into an empty Maildir. */
final class Mbsync {
    private static final List<String> PLACES =
            List.of("/usr/bin/mbsync", "/usr/local/bin/mbsync", "/opt/homebrew/bin/mbsync");
    private static final int MINUTES_MAX = 30;

    private Mbsync() {}

    static boolean installed() {
        return PLACES.stream().map(Path::of).anyMatch(Files::isExecutable);
    }

    /**
     * Downloads INBOX.
     *
     * @param folder empty; the mail goes there
     * @param durable whether each message is written to the disk (its default)
     * @return seconds
     */
    static double download(SyncStack stack, String user, Path folder, boolean durable, int expected)
            throws IOException, InterruptedException {
        String program = PLACES.stream()
                .filter(place -> Files.isExecutable(Path.of(place)))
                .findFirst()
                .orElseThrow();
        Path mail = Files.createDirectories(folder.resolve("mail"));
        Path config = Files.writeString(folder.resolve("mbsyncrc"), """
                FSync %s

                IMAPAccount bench
                Host %s
                Port %d
                User %s
                Pass %s
                SSLType IMAPS
                CertificateFile %s
                SystemCertificates no

                IMAPStore far
                Account bench

                MaildirStore near
                Path %s/
                Inbox %s/INBOX

                Channel all
                Far :far:
                Near :near:
                Patterns INBOX
                Create Near
                Sync Pull
                SyncState *
                """.formatted(
                        durable ? "yes" : "no",
                        SyncStack.HOST,
                        stack.imapPort,
                        user,
                        SyncStack.PASSWORD,
                        stack.authorityFile,
                        mail,
                        mail));
        Path log = folder.resolve("mbsync.log");
        long start = System.nanoTime();
        Process process = new ProcessBuilder(program, "-q", "-c", config.toString(), "all")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("mbsync failed: " + Files.readString(log));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long downloaded = files(mail.resolve("INBOX/cur")) + files(mail.resolve("INBOX/new"));
        if (downloaded != expected) {
            throw new IOException("mbsync downloaded " + downloaded + " messages instead of " + expected);
        }
        return seconds;
    }

    private static long files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }
}
