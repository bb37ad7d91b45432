package dev.mailroom.testkit.imap;

import dev.mailroom.testkit.ScratchFolder;
import dev.mailroom.testkit.tls.ServerCertificate;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Apache James in a process of its own, from the module {@code james-server}. Thread safe.
 *
 * <p>It starts in about 5 s and takes about 300 MB. User names are addresses at {@code example.com}.
 */
public final class JamesProcess implements AutoCloseable {
    /** Where the module was built, if not in {@code libs/james-server/target} of this or a parent folder. */
    public static final String TARGET_PROPERTY = "mailroom.james.target";

    private final Path folder;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter commands;
    private final Map<String, Integer> ports;

    private JamesProcess(Path folder, Process process) throws IOException {
        this.folder = folder;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        this.ports = readPorts();
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param certificate shown on all ports
     * @throws IOException if it does not start, or the module was not built
     */
    public static JamesProcess start(ServerCertificate certificate) throws IOException {
        Path target = target();
        Path folder = ScratchFolder.create("mailroom-james-");
        Path keyStore = certificate.writeKeyStore(folder, "server");
        String classpath = target.resolve("classes")
                + File.pathSeparator
                + Files.readString(target.resolve("james.classpath")).strip();
        // The classpath is longer than some systems allow on a command line.
        Path arguments = Files.writeString(folder.resolve("arguments"), "-cp \"" + classpath + "\"\n");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        // Nothing of it is left, however it ends.
                        "-Djava.io.tmpdir=" + folder,
                        "--sun-misc-unsafe-memory-access=allow",
                        "@" + arguments,
                        "dev.mailroom.jamesserver.JamesServer",
                        keyStore.toString(),
                        "changeit")
                .redirectError(folder.resolve("error.log").toFile())
                .start();
        return new JamesProcess(folder, process);
    }

    /** IMAP with STARTTLS. */
    public int imapPort() {
        return port("imap");
    }

    /** IMAP with TLS from the first byte. */
    public int imapTlsPort() {
        return port("imaps");
    }

    /** SMTP submission with STARTTLS and AUTH. */
    public int smtpPort() {
        return port("smtp");
    }

    /** SMTP submission with TLS from the first byte and AUTH. */
    public int smtpTlsPort() {
        return port("smtps");
    }

    /**
     * Makes a user with an empty mailbox.
     *
     * @param address at {@code example.com}
     */
    public synchronized void addUser(String address, String password) throws IOException {
        commands.write("user " + address + " " + password + "\n");
        commands.flush();
        String answer = answers.readLine();
        if (!"OK".equals(answer)) {
            throw new IOException("the user could not be made: " + answer + " " + log());
        }
    }

    @Override
    public void close() {
        try {
            commands.close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException gone) {
            process.destroyForcibly();
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        ScratchFolder.delete(folder);
    }

    private int port(String name) {
        Integer port = ports.get(name);
        if (port == null) {
            throw new IllegalStateException("no port for " + name);
        }
        return port;
    }

    private Map<String, Integer> readPorts() throws IOException {
        String ready = answers.readLine();
        if (ready == null || !ready.startsWith("READY ")) {
            process.destroyForcibly();
            throw new IOException("James did not start: " + ready + " " + log());
        }
        Map<String, Integer> found = new HashMap<>();
        for (String word : ready.substring("READY ".length()).split(" ", -1)) {
            String[] pair = word.split("=", 2);
            found.put(pair[0], Integer.parseInt(pair[1]));
        }
        return found;
    }

    private String log() throws IOException {
        Path log = folder.resolve("error.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private static Path target() throws IOException {
        String configured = System.getProperty(TARGET_PROPERTY);
        if (configured != null) {
            return Path.of(configured);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path candidate = at.resolve("libs/james-server/target");
            if (Files.exists(candidate.resolve("james.classpath"))) {
                return candidate;
            }
        }
        throw new IOException("the module james-server was not built");
    }
}
