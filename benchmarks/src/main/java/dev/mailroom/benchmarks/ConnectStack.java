package dev.mailroom.benchmarks;

import dev.mailroom.contracts.Topics;
import dev.mailroom.embedded.EmbeddedKafka;
import dev.mailroom.embedded.EmbeddedPostgres;
import dev.mailroom.embedded.Folders;
import dev.mailroom.embedded.LoopbackPorts;
import dev.mailroom.embedded.TopicSpec;
import dev.mailroom.embedded.Watchdog;
import dev.mailroom.testkit.TestTokens;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.imap.ScriptedImapConnection;
import dev.mailroom.testkit.imap.ScriptedImapServer;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import dev.mailroom.testkit.tls.ServerCertificate;
import dev.mailroom.testkit.tls.TestCertificates;
import dev.mailroom.vault.VaultKeyFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** account-service in a JVM of its own on a durable PostgreSQL, a broker and a mail server, all of them on this machine. */
final class ConnectStack implements AutoCloseable {
    static final String HOST = "127.0.0.1";
    static final String DATABASE = "account";
    static final String PASSWORD = DovecotServer.PASSWORD;

    private static final int PARTITIONS = 8;
    private static final Duration READY_MAX = Duration.ofMinutes(3);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);
    private static final int HTTP_OK = 200;

    final EmbeddedPostgres postgres;
    final TestCertificates authority = TestCertificates.create();
    final int imapPort;
    final int smtpPort;
    final URI service;

    private final Path folder;
    private final EmbeddedKafka kafka;
    private final AutoCloseable imap;
    private final ScriptedSmtpServer smtp;
    private final Process process;
    private final Watchdog watchdog;

    /** @param home the top folder of the repository, where the built service is */
    ConnectStack(Path home) throws IOException, InterruptedException {
        folder = Files.createTempDirectory("mailroom-bench");
        // PostgreSQL does not run as root: started by root it runs as another user, who must be able to enter.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        postgres = EmbeddedPostgres.persistent(folder.resolve("postgres"), 0);
        postgres.createDatabase(DATABASE, DATABASE, DATABASE);
        kafka = EmbeddedKafka.persistent(folder.resolve("kafka"), 0);
        kafka.createTopics(topics());
        ServerCertificate certificate = authority.server(HOST);
        smtp = ScriptedSmtpServer.start(ScriptedSmtpServer.Mode.TLS, certificate.serverContext());
        smtpPort = smtp.port();
        if (DovecotServer.installed()) {
            DovecotServer dovecot = DovecotServer.start(certificate);
            imap = dovecot;
            imapPort = dovecot.tlsPort();
        } else {
            ScriptedImapServer scripted = ScriptedImapServer.tls(certificate.serverContext(), ConnectStack::dialogue);
            imap = scripted;
            imapPort = scripted.port();
        }
        int port = LoopbackPorts.free();
        service = URI.create("http://" + HOST + ":" + port);
        process = start(home, port);
        watchdog = Watchdog.over(process.pid(), "TERM");
        awaitReady();
    }

    /** Which IMAP server it is. */
    static String imapServer() {
        return DovecotServer.installed() ? "Dovecot" : "a scripted one";
    }

    /** A token of an admin. */
    static String token(String organization, String user) {
        return TestTokens.token("admin", java.util.UUID.fromString(organization), user);
    }

    private static void dialogue(ScriptedImapConnection connection) throws IOException {
        connection.logIn("IMAP4rev1").select(0).answer("LOGOUT", "* BYE").close();
    }

    private static Map<String, TopicSpec> topics() {
        Map<String, TopicSpec> topics = new HashMap<>();
        for (String topic : Topics.ALL) {
            topics.put(topic, TopicSpec.of(PARTITIONS));
            topics.put(Topics.deadLettersOf(topic), TopicSpec.of(1));
        }
        return topics;
    }

    private Process start(Path home, int port) throws IOException {
        Path jar = home.resolve("account-service/target/quarkus-app/quarkus-run.jar");
        if (!Files.exists(jar)) {
            throw new IOException("account-service has not been built: " + jar + " is not there");
        }
        Path vaultKey = folder.resolve("vault.key");
        VaultKeyFile.create(vaultKey);
        String database = "postgresql://" + HOST + ":" + postgres.port() + "/" + DATABASE;
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-jar",
                        jar.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("service.log").toFile());
        builder.environment()
                .putAll(Map.ofEntries(
                        Map.entry("QUARKUS_HTTP_HOST", HOST),
                        Map.entry("QUARKUS_HTTP_PORT", Integer.toString(port)),
                        Map.entry("QUARKUS_DATASOURCE_REACTIVE_URL", database),
                        Map.entry("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:" + database),
                        Map.entry("QUARKUS_DATASOURCE_USERNAME", DATABASE),
                        Map.entry("QUARKUS_DATASOURCE_PASSWORD", DATABASE),
                        Map.entry("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()),
                        Map.entry(
                                "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
                                TestTokens.publicKeyFile().toUri().toString()),
                        Map.entry("MAILROOM_VAULT_KEY_FILE", vaultKey.toString()),
                        Map.entry("MAILROOM_OUTBOUND_ALLOW", HOST + "/32:1-65535"),
                        Map.entry(
                                "MAILROOM_OUTBOUND_CA",
                                authority.writeAuthority(folder).toString()),
                        Map.entry("MAILROOM_VERIFY_ATTEMPTS_PER_USER_AND_HOUR", "1000000")));
        return builder.start();
    }

    private void awaitReady() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/q/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long end = System.nanoTime() + READY_MAX.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (System.nanoTime() < end && process.isAlive()) {
                if (isReady(client, request)) {
                    return;
                }
                Thread.sleep(100);
            }
        }
        List<String> log = Files.readAllLines(folder.resolve("service.log"));
        String last = String.join("\n", log.subList(Math.max(0, log.size() - 20), log.size()));
        close();
        throw new IOException("account-service did not start:\n" + last);
    }

    private static boolean isReady(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode() == HTTP_OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
            watchdog.dismiss();
            imap.close();
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (Exception notClosed) {
            throw new IOException("the mail server could not be stopped", notClosed);
        }
        smtp.close();
        kafka.close();
        postgres.close();
        Folders.deleteIfExists(folder);
    }
}
