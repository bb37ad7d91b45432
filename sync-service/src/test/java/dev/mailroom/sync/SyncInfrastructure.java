package dev.mailroom.sync;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mailroom.testkit.MailroomInfrastructure;
import dev.mailroom.testkit.ScratchFolder;
import dev.mailroom.testkit.tls.TestCertificates;
import dev.mailroom.vault.VaultKeyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * PostgreSQL, Kafka and tokens, a vault key, certificates, and stand-ins for account-service and send-service that answer with the files
 * of one folder: {@code credential-<account>.json} and {@code outgoing-<id>.eml}.
 */
public class SyncInfrastructure extends MailroomInfrastructure {
    /** System property with the folder, for tests that are loaded by another class loader. */
    static final String FOLDER = "dev.mailroom.sync.test-folder";

    /** The time between two looks that compare all flags: every ordinary look does. */
    static final Duration FULL_CHECKS = Duration.ofMillis(900);

    private static final String ADDRESS = "dev.mailroom.sync.test-services";

    @Override
    public Map<String, String> start() {
        // The broker loads some of its parts by the context's class loader, which must be the one that the broker came
        // from.
        Thread.currentThread().setContextClassLoader(MailroomInfrastructure.class.getClassLoader());
        Map<String, String> settings = super.start();
        Path folder = folder();
        settings.put("mailroom.vault.key-file", folder.resolve("vault.key").toString());
        settings.put("mailroom.service-token-file", folder.resolve("token").toString());
        settings.put("mailroom.outbound.ca", folder.resolve("authority.pem").toString());
        settings.put("mailroom.outbound.allow", "127.0.0.1/32:1-65535");
        settings.put("mailroom.account-service.url", System.getProperty(ADDRESS));
        settings.put("mailroom.send-service.url", System.getProperty(ADDRESS));
        settings.put("mailroom.sync.logins-per-second-and-host", "1000");
        settings.put("mailroom.sync.session.sweep-interval", "1s");
        settings.put("mailroom.sync.session.list-again-after", "3s");
        settings.put("mailroom.sync.session.move-window", "2s");
        settings.put("mailroom.sync.session.told-within", "400ms");
        settings.put("mailroom.sync.mailbox.missing-grace", "2s");
        settings.put("mailroom.sync.mailbox.rest-min", "1s");
        settings.put("mailroom.sync.session.full-check-interval", FULL_CHECKS.toString());
        settings.put("mailroom.sync.session.backoff-min", "100ms");
        settings.put("mailroom.sync.session.backoff-max", "500ms");
        settings.put("mailroom.sync.session.refused-logins-window", "400ms");
        return settings;
    }

    private static synchronized Path folder() {
        String known = System.getProperty(FOLDER);
        if (known != null) {
            return Path.of(known);
        }
        try {
            Path folder = ScratchFolder.create("sync-service-test");
            VaultKeyFile.create(folder.resolve("vault.key"));
            Files.writeString(folder.resolve("token"), "service-token");
            TestCertificates authority = TestCertificates.create();
            authority.writeAuthority(folder);
            authority.server("127.0.0.1", "localhost").writeKeyStore(folder, "server");
            HttpServer services = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            services.createContext("/v1/accounts/", exchange -> answer(exchange, folder, "credential-", ".json"));
            services.createContext("/v1/outgoing/", exchange -> answer(exchange, folder, "outgoing-", ".eml"));
            services.start();
            System.setProperty(
                    ADDRESS, "http://127.0.0.1:" + services.getAddress().getPort());
            System.setProperty(FOLDER, folder.toString());
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(HttpExchange exchange, Path folder, String prefix, String suffix) throws IOException {
        try (exchange) {
            boolean known =
                    "Bearer service-token".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            String id = exchange.getRequestURI().getPath().split("/")[3];
            Path file = folder.resolve(prefix + id + suffix);
            if (!known || !Files.exists(file)) {
                exchange.sendResponseHeaders(known ? 404 : 401, -1);
                return;
            }
            byte[] body = Files.readAllBytes(file);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
