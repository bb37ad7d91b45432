package dev.mailroom.testkit.imap;

import dev.mailroom.embedded.LoopbackPorts;
import dev.mailroom.testkit.ScratchFolder;
import dev.mailroom.testkit.tls.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The real Dovecot as a child process, in a folder of its own below the system's temporary folder.
 *
 * <p>Every user name is accepted with the password {@link #PASSWORD} and has a mailbox of its own. Works as root and as any other user.
 */
public final class DovecotServer implements AutoCloseable {
    public static final String PASSWORD = "correct-horse";

    private static final long START_MAX_MILLIS = 10_000;
    private static final List<String> PLACES =
            List.of("/usr/sbin/dovecot", "/usr/local/sbin/dovecot", "/opt/homebrew/sbin/dovecot");

    private final Path folder;
    private Process process;
    private final int port;
    private final int tlsPort;

    private DovecotServer(Path folder, Process process, int port, int tlsPort) {
        this.folder = folder;
        this.process = process;
        this.port = port;
        this.tlsPort = tlsPort;
    }

    /** True if this machine has it. */
    public static boolean installed() {
        return PLACES.stream().map(Path::of).anyMatch(Files::isExecutable);
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param certificate shown on both ports
     */
    public static DovecotServer start(ServerCertificate certificate) throws IOException, InterruptedException {
        return start(certificate, new String[0]);
    }

    /**
     * Starts it with other settings.
     *
     * @param certificate shown on both ports
     * @param settings lines of a configuration file that come last and therefore win
     */
    public static DovecotServer start(ServerCertificate certificate, String... settings)
            throws IOException, InterruptedException {
        String program = program();
        Path folder = ScratchFolder.create("mailroom-dovecot-");
        // The mail processes of a root-started server run as another user.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path mail = Files.createDirectory(folder.resolve("mail"));
        Files.setPosixFilePermissions(mail, PosixFilePermissions.fromString("rwxrwxrwx"));
        certificate.writeChain(folder, "server");
        certificate.writeKey(folder, "server");
        int port = LoopbackPorts.free();
        int tlsPort = LoopbackPorts.free();
        Files.writeString(
                folder.resolve("dovecot.conf"),
                configuration(folder, port, tlsPort) + String.join("\n", settings) + "\n");
        DovecotServer server = new DovecotServer(folder, launch(program, folder), port, tlsPort);
        server.awaitListening();
        return server;
    }

    /** Of its first process, whose children do the work. */
    public long pid() {
        return process.pid();
    }

    private static Process launch(String program, Path folder) throws IOException {
        return new ProcessBuilder(
                        program, "-F", "-c", folder.resolve("dovecot.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output.log").toFile()))
                .start();
    }

    /** Ends it as an administrator does: all sessions are told BYE. The mail stays. */
    public synchronized void stop() {
        List<ProcessHandle> children = process.descendants().toList();
        // The master ends its children in order; it waits long for one that was ended behind its back.
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroy);
    }

    /** Starts it again on the same ports after {@link #stop}. */
    public synchronized void startAgain() throws IOException, InterruptedException {
        process = launch(program(), folder);
        awaitListening();
    }

    /** Plain text with STARTTLS. */
    public int port() {
        return port;
    }

    /** TLS from the first byte. */
    public int tlsPort() {
        return tlsPort;
    }

    /**
     * Runs the server's own administration program, for what no mail program can do: {@code mailbox update --uid-validity …}.
     *
     * @param arguments without the name of the program and of its configuration
     * @throws IOException if it reports a failure
     */
    public void administer(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program().replace("sbin/dovecot", "bin/doveadm"),
                "-c",
                folder.resolve("dovecot.conf").toString()));
        command.addAll(List.of(arguments));
        Process running = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!running.waitFor(START_MAX_MILLIS, TimeUnit.MILLISECONDS) || running.exitValue() != 0) {
            running.destroyForcibly();
            throw new IOException(String.join(" ", arguments) + ": " + said);
        }
    }

    /** The Maildir of a user's INBOX; other mailboxes are folders in it whose name begins with a dot. */
    public Path maildir(String user) {
        return folder.resolve("mail").resolve(user);
    }

    @Override
    public void close() {
        stop();
        ScratchFolder.delete(folder);
    }

    private static String program() {
        return PLACES.stream()
                .filter(place -> Files.isExecutable(Path.of(place)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("dovecot is not installed"));
    }

    private void awaitListening() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MAX_MILLIS);
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                String output = Files.readString(folder.resolve("output.log"));
                Path log = folder.resolve("dovecot.log");
                String more = Files.exists(log) ? Files.readString(log) : "";
                close();
                throw new IOException("dovecot did not start: " + output + more);
            }
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                continue;
            }
        }
    }

    private boolean listens() {
        try (Socket probe = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String configuration(Path folder, int port, int tlsPort) throws IOException {
        String user = System.getProperty("user.name");
        boolean root = "root".equals(user);
        String processes = root ? "" : """
                default_login_user = %1$s
                default_internal_user = %1$s
                default_internal_group = %2$s
                """.formatted(user, group(folder));
        String chroot = root ? "" : "  chroot =\n";
        String owner = root ? "nobody" : user;
        String ownerGroup = root ? "nogroup" : group(folder);
        return """
                base_dir = %1$s/run
                state_dir = %1$s/state
                log_path = %1$s/dovecot.log
                protocols = imap
                listen = 127.0.0.1
                ssl = yes
                ssl_cert = <%1$s/server.crt
                ssl_key = <%1$s/server.key
                disable_plaintext_auth = yes
                auth_mechanisms = plain login
                mail_location = maildir:%1$s/mail/%%u
                first_valid_uid = 1
                first_valid_gid = 1
                mailbox_list_index = yes
                mail_fsync = never
                mail_max_userip_connections = 100
                auth_failure_delay = 0
                %2$s
                service imap-login {
                  inet_listener imap {
                    port = %4$d
                  }
                  inet_listener imaps {
                    port = %5$d
                    ssl = yes
                  }
                %3$s}
                service anvil {
                  unix_listener anvil-auth-penalty {
                    mode = 0
                  }
                %3$s}
                service stats {
                %3$s}
                %6$s
                passdb {
                  driver = static
                  args = password=%7$s
                }
                userdb {
                  driver = static
                  args = uid=%8$s gid=%9$s home=%1$s/mail/%%u
                }
                """.formatted(folder, processes, chroot, port, tlsPort, specialUse(), PASSWORD, owner, ownerGroup);
    }

    private static String group(Path folder) throws IOException {
        return Files.readAttributes(folder, java.nio.file.attribute.PosixFileAttributes.class)
                .group()
                .getName();
    }

    private static String specialUse() {
        StringBuilder text = new StringBuilder("namespace inbox {\n  inbox = yes\n  separator = /\n");
        for (String use : List.of("Drafts", "Sent", "Trash", "Archive", "Junk")) {
            text.append("  mailbox %1$s {\n    special_use = \\%1$s\n    auto = subscribe\n  }\n".formatted(use));
        }
        return text.append("}\n").toString();
    }
}
