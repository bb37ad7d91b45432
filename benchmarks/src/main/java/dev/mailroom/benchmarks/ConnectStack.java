package dev.mailroom.benchmarks;

import dev.mailroom.contracts.Topics;
import dev.mailroom.embedded.DatabaseRole;
import dev.mailroom.embedded.EmbeddedKafka;
import dev.mailroom.embedded.EmbeddedPostgres;
import dev.mailroom.embedded.Folders;
import dev.mailroom.embedded.TopicSpec;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** account-service in a JVM of its own on a durable PostgreSQL, a broker and a mail server, all of them on this machine. */
final class ConnectStack implements AutoCloseable {
    static final String HOST = ServiceProcess.HOST;
    static final String DATABASE = "account";
    private static final String OWNER = "account_owner";
    static final String PASSWORD = DovecotServer.PASSWORD;

    private static final int PARTITIONS = 8;

    final EmbeddedPostgres postgres;
    final TestCertificates authority = TestCertificates.create();
    final int imapPort;
    final int smtpPort;
    final URI service;

    private final Path folder;
    private final EmbeddedKafka kafka;
    private final AutoCloseable imap;
    private final ScriptedSmtpServer smtp;
    private final ServiceProcess process;

    /** @param home the top folder of the repository, where the built service is */
    ConnectStack(Path home) throws IOException, InterruptedException {
        folder = Files.createTempDirectory("mailroom-bench");
        // PostgreSQL does not run as root: started by root it runs as another user, who must be able to enter.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        postgres = EmbeddedPostgres.persistent(folder.resolve("postgres"), 0);
        postgres.createDatabase(DATABASE, new DatabaseRole(OWNER, OWNER), new DatabaseRole(DATABASE, DATABASE));
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
        process = start(home);
        service = process.address;
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

    private ServiceProcess start(Path home) throws IOException, InterruptedException {
        Path vaultKey = folder.resolve("vault.key");
        VaultKeyFile.create(vaultKey);
        String database = "postgresql://" + HOST + ":" + postgres.port() + "/" + DATABASE;
        Map<String, String> environment = Map.ofEntries(
                Map.entry("QUARKUS_DATASOURCE_REACTIVE_URL", database),
                Map.entry("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:" + database),
                Map.entry("QUARKUS_DATASOURCE_USERNAME", DATABASE),
                Map.entry("QUARKUS_DATASOURCE_PASSWORD", DATABASE),
                Map.entry("QUARKUS_FLYWAY_USERNAME", OWNER),
                Map.entry("QUARKUS_FLYWAY_PASSWORD", OWNER),
                Map.entry("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()),
                Map.entry(
                        "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
                        TestTokens.publicKeyFile().toUri().toString()),
                Map.entry("MAILROOM_VAULT_KEY_FILE", vaultKey.toString()),
                Map.entry("MAILROOM_OUTBOUND_ALLOW", HOST + "/32:1-65535"),
                Map.entry(
                        "MAILROOM_OUTBOUND_CA", authority.writeAuthority(folder).toString()),
                // One user does the work of a company here: only the mail servers and the machine limit it.
                Map.entry("MAILROOM_RATE_READS_PER_MINUTE", "1000000"),
                Map.entry("MAILROOM_RATE_WRITES_PER_MINUTE", "1000000"),
                Map.entry("MAILROOM_VERIFY_ATTEMPTS_PER_USER_AND_HOUR", "1000000"),
                Map.entry("MAILROOM_VERIFY_ATTEMPTS_PER_MAILBOX_AND_HOUR", "1000000"));
        return new ServiceProcess(
                home, "account-service", folder.resolve("service.log"), environment, List.of("-Xmx512m"));
    }

    @Override
    public void close() throws IOException {
        process.close();
        try {
            imap.close();
        } catch (Exception notClosed) {
            throw new IOException("the mail server could not be stopped", notClosed);
        }
        smtp.close();
        kafka.close();
        postgres.close();
        Folders.deleteIfExists(folder);
    }
}
