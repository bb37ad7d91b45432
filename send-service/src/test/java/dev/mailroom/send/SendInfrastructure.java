package dev.mailroom.send;

import com.sun.net.httpserver.HttpServer;
import dev.mailroom.testkit.MailroomInfrastructure;
import dev.mailroom.testkit.ScratchFolder;
import dev.mailroom.testkit.TestTokens;
import dev.mailroom.testkit.tls.TestCertificates;
import dev.mailroom.vault.VaultKeyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Database, Kafka, a vault key, a certificate authority, and an account-service and a sync-service that hand out files of a folder. */
public class SendInfrastructure extends MailroomInfrastructure {
    /** System property with the folder that tests and resource share. */
    public static final String FOLDER = "dev.mailroom.send.test-folder";

    @Override
    public Map<String, String> start() {
        Map<String, String> settings = new HashMap<>(super.start());
        try {
            Path folder = ScratchFolder.create("send-test");
            System.setProperty(FOLDER, folder.toString());
            TestCertificates authority = TestCertificates.create();
            authority.server("127.0.0.1").writeKeyStore(folder, "smtp");
            Path key = folder.resolve("vault.json");
            VaultKeyFile.create(key);
            Path token = folder.resolve("service.jwt");
            Files.writeString(token, TestTokens.token("service", null, "send-service"));
            settings.put(
                    "mailroom.outbound.ca", authority.writeAuthority(folder).toString());
            settings.put("mailroom.outbound.allow", "127.0.0.0/8:1024-65535");
            settings.put("mailroom.vault.key-file", key.toString());
            settings.put("mailroom.service-token-file", token.toString());
            settings.put("mailroom.account-service.url", "http://127.0.0.1:" + accountService(folder));
            settings.put("mailroom.sync-service.url", "http://127.0.0.1:" + syncService(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        settings.put("mailroom.delivery.lease", "4s");
        settings.put("mailroom.delivery.poll-interval", "100ms");
        settings.put("mailroom.delivery.retry-after", "200ms,400ms");
        settings.put("mailroom.delivery.retry-every", "400ms");
        settings.put("mailroom.delivery.give-up-after", "30s");
        settings.put("mailroom.delivery.credential-retry", "200ms");
        settings.put("mailroom.delivery.reply-timeout", "1500ms");
        settings.put("mailroom.delivery.dot-timeout", "2s");
        return settings;
    }

    private static int accountService(Path folder) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/accounts/", exchange -> {
            String account = exchange.getRequestURI().getPath().split("/")[3];
            Path file = folder.resolve(account + ".json");
            boolean allowed = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"))
                    .startsWith("Bearer ey");
            if (!allowed || !Files.exists(file)) {
                exchange.sendResponseHeaders(allowed ? 404 : 401, -1);
            } else {
                byte[] body = Files.readAllBytes(file);
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
        return server.getAddress().getPort();
    }

    /**
     * Answers with the file {@code messages-<account>.json}, or that there is no message; keeps the query and the token that it was
     * asked with in {@code asked-<account>}. A file that is a number is an HTTP status, one that is empty no answer at all.
     */
    private static int syncService(Path folder) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/messages", exchange -> {
            String query = exchange.getRequestURI().getQuery();
            String account = query.replaceFirst(".*account=([0-9a-f-]+).*", "$1");
            String token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            Files.writeString(folder.resolve("asked-" + account), query + "\n" + token);
            Path file = folder.resolve("messages-" + account + ".json");
            String answer = Files.exists(file) ? Files.readString(file) : "{\"data\": [], \"next\": null}";
            if (answer.isEmpty()) {
                return;
            }
            if (answer.length() == 3) {
                exchange.sendResponseHeaders(Integer.parseInt(answer), -1);
            } else {
                byte[] body = answer.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
        return server.getAddress().getPort();
    }
}
