package dev.mailroom.account.removal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemovalPreviewTest {
    private final UUID organization = UUID.randomUUID();
    private final UUID account = UUID.randomUUID();
    private final Map<String, String> asked = new ConcurrentHashMap<>();

    @TempDir
    private Path folder;

    private HttpServer server;
    private RemovalPreview preview;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        Path token = Files.writeString(folder.resolve("token"), "service-token\n");
        CountQuery query = new CountQuery(Optional.of(token), new ObjectMapper());
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        Duration max = Duration.ofSeconds(20);
        preview = new RemovalPreview(
                new SyncCounts(
                        new SyncServiceConfig() {
                            @Override
                            public URI url() {
                                return address;
                            }

                            @Override
                            public Duration countsTimeout() {
                                return max;
                            }
                        },
                        query),
                new RuleCounts(
                        new RulesServiceConfig() {
                            @Override
                            public URI url() {
                                return address;
                            }

                            @Override
                            public Duration countsTimeout() {
                                return max;
                            }
                        },
                        query));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(String path, String body) {
        server.createContext(path, exchange -> {
            asked.put(
                    exchange.getRequestURI().toString(),
                    String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    @Test
    void tellsWhatTheOtherServicesHave() {
        answer("/v1/sync/accounts/", "{\"messages\": 4711, \"mailboxes\": 12}");
        answer("/v1/rules/counts", "{\"rules\": 3}");

        RemovalPreview.Contents contents = preview.with(new RemovalPreview.Own(2, 5), organization, account);

        assertThat(contents.counts()).isEqualTo(new RemovalPreview.Counts(4_711L, 12L, 2, 5, 3L));
        assertThat(contents.remarks()).containsExactly("Rules that name the account stay and no longer match.");
        assertThat(asked)
                .containsEntry(
                        "/v1/rules/counts?organization=" + organization + "&account=" + account,
                        "Bearer service-token");
    }

    @Test
    void leavesOpenWhatOneOfThemDoesNotSay() {
        answer("/v1/sync/accounts/", "{\"messages\": 1, \"mailboxes\": 2}");

        RemovalPreview.Contents contents = preview.with(new RemovalPreview.Own(0, 0), organization, account);

        assertThat(contents.counts()).isEqualTo(new RemovalPreview.Counts(1L, 2L, 0, 0, null));
        assertThat(contents.remarks()).anySatisfy(remark -> assertThat(remark).contains("rules-service"));
    }
}
