package dev.mailroom.account.removal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SyncCountsTest {
    private final UUID organization = UUID.randomUUID();
    private final UUID account = UUID.randomUUID();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @TempDir
    private Path folder;

    private HttpServer server;
    private Path token;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        token = Files.writeString(folder.resolve("token"), "service-token\n");
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.close();
    }

    @Test
    void asksAsAServiceForTheOrganization() {
        AtomicReference<String> asked = new AtomicReference<>();
        serve(exchange -> {
            asked.set(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            answer(exchange, 200, "{\"state\":\"live\",\"messages\":4711,\"mailboxes\":12}");
        });

        assertThat(counts(token)).contains(new SyncCounts.Counts(4_711, 12));
        assertThat(asked.get())
                .isEqualTo("/v1/sync/accounts/" + account + "?organization=" + organization + " Bearer service-token");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 | {}",
                "403 | {}",
                "302 | {}",
                "500 | boom",
                "200 | no JSON",
                "200 | {}",
                "200 | {\"messages\":\"1\",\"mailboxes\":2}",
            })
    void leavesTheCountOpenWhereTheAnswerIsOfNoUse(int status, String body) {
        serve(exchange -> answer(exchange, status, body));

        assertThat(counts(token)).isEmpty();
    }

    @Test
    void leavesTheCountOpenWhereTheAnswerIsTooLarge() {
        serve(exchange -> answer(exchange, 200, " ".repeat(100_000) + "{\"messages\":1,\"mailboxes\":2}"));

        assertThat(counts(token)).isEmpty();
    }

    @Test
    void waitsNoLongerThanItsTimeWhetherTheAnswerDoesNotBeginOrDoesNotEnd() {
        serve(exchange -> {
            if (exchange.getRequestURI().getPath().contains(account.toString())) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
            }
            awaitOver();
        });
        long begin = System.nanoTime();

        assertThat(counts(token)).isEmpty();
        assertThat(asking(token).of(organization, UUID.randomUUID())).isEmpty();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void leavesTheCountOpenWithoutATokenOrAService() {
        assertThat(counts(null)).isEmpty();
        assertThat(counts(folder.resolve("none"))).isEmpty();
        server.stop(0);
        assertThat(counts(token)).isEmpty();
    }

    private Optional<SyncCounts.Counts> counts(@Nullable Path file) {
        return asking(file).of(organization, account);
    }

    private SyncCounts asking(@Nullable Path file) {
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        SyncServiceConfig config = new SyncServiceConfig() {
            @Override
            public URI url() {
                return address;
            }

            @Override
            public Duration countsTimeout() {
                return Duration.ofMillis(700);
            }
        };
        return new SyncCounts(config, new CountQuery(Optional.ofNullable(file), new ObjectMapper()));
    }

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private void serve(Answer answer) {
        server.createContext("/", exchange -> {
            try (exchange) {
                answer.to(exchange);
            }
        });
    }

    private void awaitOver() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
