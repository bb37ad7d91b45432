package dev.mailroom.account;

import dev.mailroom.account.discovery.ScriptedDns;
import dev.mailroom.testkit.MailroomInfrastructure;
import dev.mailroom.testkit.ScratchFolder;
import dev.mailroom.testkit.tls.TestCertificates;
import dev.mailroom.vault.VaultKeyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** PostgreSQL, Kafka and tokens, a vault key, an authority that the service trusts, and certificates for mail servers. */
public class AccountInfrastructure extends MailroomInfrastructure {
    public static final String FOLDER = "dev.mailroom.account.test-folder";
    public static final String LOG = "service.log";

    /** How long a verification may take in tests: long enough for a busy machine to answer. */
    public static final Duration VERIFY_MAX = Duration.ofSeconds(18);

    private static final String NAME_SERVER = "dev.mailroom.account.test-name-server";

    @Override
    public Map<String, String> start() {
        Map<String, String> settings = super.start();
        Path folder = folder();
        settings.putIfAbsent(
                "mailroom.vault.key-file", folder.resolve("vault.key").toString());
        settings.putIfAbsent(
                "mailroom.outbound.ca", folder.resolve("authority.pem").toString());
        settings.putIfAbsent("mailroom.outbound.allow", "127.0.0.1/32:1-65535,::1/128:1-65535");
        settings.putIfAbsent("mailroom.verify.timeout", VERIFY_MAX.toString());
        settings.putIfAbsent("mailroom.verify.attempts-per-user-and-hour", "100000");
        settings.putIfAbsent("mailroom.verify.attempts-per-mailbox-and-hour", "100000");
        settings.putIfAbsent("mailroom.upkeep.count-interval", "1s");
        // What all tests log together: LogsTest looks for secrets in it.
        settings.putIfAbsent("quarkus.log.file.enabled", "true");
        settings.putIfAbsent("quarkus.log.file.level", "ALL");
        settings.putIfAbsent("quarkus.log.file.rotation.max-file-size", "1G");
        settings.putIfAbsent("quarkus.log.file.path", folder.resolve(LOG).toString());
        settings.putIfAbsent("mailroom.discovery.dns-servers", "127.0.0.1:" + nameServerPort());
        settings.putIfAbsent("mailroom.discovery.lookups-per-user-and-hour", "100000");
        return settings;
    }

    /** One name server for all tests of the process; it ends with it. */
    private static synchronized int nameServerPort() {
        String known = System.getProperty(NAME_SERVER);
        if (known == null) {
            known = Integer.toString(ScriptedDns.start().port());
            System.setProperty(NAME_SERVER, known);
        }
        return Integer.parseInt(known);
    }

    private static synchronized Path folder() {
        String known = System.getProperty(FOLDER);
        if (known != null) {
            return Path.of(known);
        }
        try {
            Path folder = ScratchFolder.create("account-service-test");
            VaultKeyFile.create(folder.resolve("vault.key"));
            TestCertificates authority = TestCertificates.create();
            authority.writeAuthority(folder);
            authority
                    .server("127.0.0.1", "localhost", "imap." + TestNames.DOMAIN, "smtp." + TestNames.DOMAIN)
                    .writeKeyStore(folder, "good");
            authority.expired("127.0.0.1").writeKeyStore(folder, "expired");
            authority.wrongHost().writeKeyStore(folder, "wrong-host");
            TestCertificates.selfSigned("127.0.0.1").writeKeyStore(folder, "self-signed");
            Files.createFile(folder.resolve(LOG));
            System.setProperty(FOLDER, folder.toString());
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
