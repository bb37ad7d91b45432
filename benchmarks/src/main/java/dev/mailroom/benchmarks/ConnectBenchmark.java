package dev.mailroom.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long it takes to connect a mailbox, beside the two log-ins alone; and to list accounts where there are ten thousand, beside the bare
 * query.
 */
final class ConnectBenchmark implements AutoCloseable {
    private static final int CONNECTS = 200;
    private static final int[] CONCURRENCY = {1, 20};
    private static final int WARM_UP = 100;
    private static final int ACCOUNTS = 10_000;
    private static final int PAGE = 50;
    private static final int PAGES_READ = 500;
    private static final int PAGES_WARM_UP = 200;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String organization = UUID.randomUUID().toString();
    private final String user = UUID.randomUUID().toString();
    private final ConnectStack stack;
    private final MailLogins logins;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_MAX)
            .build();
    private final Report report = new Report("connect");
    private final String token;

    ConnectBenchmark(Path home) throws IOException, InterruptedException {
        stack = new ConnectStack(home);
        logins = new MailLogins(stack);
        token = ConnectStack.token(organization, user);
    }

    Report run() throws Exception {
        say("warming up against " + ConnectStack.imapServer());
        measure(WARM_UP, 4, () -> connect(token));
        measure(WARM_UP, 4, this::logIn);
        for (int concurrency : CONCURRENCY) {
            say(CONNECTS + " connects, " + concurrency + " at a time");
            connects(concurrency);
        }
        say("listing " + ACCOUNTS + " accounts");
        list();
        return report;
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private void connects(int concurrency) throws InterruptedException, ExecutionException {
        // Half of the bare log-ins before and half after: what changes on the machine meanwhile is on both sides.
        long[] before = measure(CONNECTS / 2, concurrency, this::logIn);
        Latencies connects = new Latencies(measure(CONNECTS, concurrency, () -> connect(token)));
        Latencies bare = new Latencies(joined(before, measure(CONNECTS / 2, concurrency, this::logIn)));
        String at = "connect, " + concurrency + " at a time: ";
        report.add(at + "p50", connects.millisAt(0.50), "ms");
        report.add(at + "p99", connects.millisAt(0.99), "ms");
        report.add(at + "the two log-ins alone, p50", bare.millisAt(0.50), "ms");
        report.add(at + "the two log-ins alone, p99", bare.millisAt(0.99), "ms");
        report.add(at + "ratio at p50", connects.millisAt(0.50) / bare.millisAt(0.50), "times");
        report.add(at + "ratio at p99", connects.millisAt(0.99) / bare.millisAt(0.99), "times");
    }

    private void list() throws Exception {
        // An organization of its own: one real account, and copies of its row.
        String manyOrganization = UUID.randomUUID().toString();
        String many = ConnectStack.token(manyOrganization, user);
        connect(many);
        try (BareAccounts bare = new BareAccounts(stack.postgres, UUID.fromString(manyOrganization))) {
            bare.copyUpTo(ACCOUNTS);
            List<String> cursors = walk(many);
            String first = "/v1/accounts?limit=" + PAGE;
            String deep = first + "&cursor=" + cursors.get(cursors.size() - 2);
            measure(PAGES_WARM_UP, 1, () -> page(many, first));
            measure(PAGES_WARM_UP, 1, () -> page(many, deep));
            measure(PAGES_WARM_UP, 1, () -> bare.page(0, PAGE + 1));
            pages("first page of " + PAGE, many, first, bare, 0);
            pages("page " + cursors.size(), many, deep, bare, ACCOUNTS - 2 * PAGE);
        }
    }

    private void pages(String what, String many, String path, BareAccounts bare, int offset) throws Exception {
        long[] before = measure(PAGES_READ / 2, 1, () -> bare.page(offset, PAGE + 1));
        Latencies pages = new Latencies(measure(PAGES_READ, 1, () -> page(many, path)));
        Latencies queries =
                new Latencies(joined(before, measure(PAGES_READ / 2, 1, () -> bare.page(offset, PAGE + 1))));
        String at = "list, " + what + ": ";
        report.add(at + "p50", pages.millisAt(0.50), "ms");
        report.add(at + "p99", pages.millisAt(0.99), "ms");
        report.add(at + "bare SQL, p50", queries.millisAt(0.50), "ms");
        report.add(at + "bare SQL, p99", queries.millisAt(0.99), "ms");
        report.add(at + "ratio at p50", pages.millisAt(0.50) / queries.millisAt(0.50), "times");
    }

    /** Reads every page once; the cursors of all of them but the first. */
    private List<String> walk(String many) throws IOException, InterruptedException {
        List<String> cursors = new ArrayList<>();
        long start = System.nanoTime();
        int seen = 0;
        String cursor = "";
        while (cursor != null) {
            JsonNode page = page(many, "/v1/accounts?limit=" + PAGE + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            seen += page.path("data").size();
            cursor = page.path("next").asText(null);
            if (cursor != null) {
                cursors.add(cursor);
            }
        }
        report.add("list, all pages of " + PAGE + " one after the other", (System.nanoTime() - start) / 1e6, "ms");
        report.addAtMost("list: accounts that no page had", ACCOUNTS - seen, "accounts", 0);
        return cursors;
    }

    private void logIn() throws Exception {
        logins.logIn(UUID.randomUUID() + "@example.com");
    }

    private void connect(String as) throws IOException, InterruptedException {
        String email = UUID.randomUUID() + "@example.com";
        ObjectNode form = JSON.createObjectNode()
                .put("kind", "imap")
                .put("display_name", "Ana Silva")
                .put("email", email)
                .put("password", ConnectStack.PASSWORD);
        form.putObject("imap")
                .put("host", ConnectStack.HOST)
                .put("port", stack.imapPort)
                .put("encryption", "tls");
        form.putObject("smtp")
                .put("host", ConnectStack.HOST)
                .put("port", stack.smtpPort)
                .put("encryption", "tls");
        HttpRequest request = to("/v1/accounts", as)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(form.toString()))
                .build();
        require(201, client.send(request, BodyHandlers.ofString()));
    }

    private JsonNode page(String as, String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(to(path, as).build(), BodyHandlers.ofString());
        require(200, answer);
        return JSON.readTree(answer.body());
    }

    private HttpRequest.Builder to(String path, String as) {
        URI uri = stack.service.resolve(path);
        return HttpRequest.newBuilder(uri).timeout(ANSWER_MAX).header("Authorization", "Bearer " + as);
    }

    private static void require(int status, HttpResponse<String> answer) {
        if (answer.statusCode() != status) {
            throw new IllegalStateException("HTTP " + answer.statusCode() + ": " + answer.body());
        }
    }

    /** @return the time of each run in nanoseconds */
    private static long[] measure(int count, int concurrency, Work work)
            throws InterruptedException, ExecutionException {
        long[] nanos = new long[count];
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int worker = 0; worker < concurrency; worker++) {
                running.add(workers.submit(() -> {
                    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                        long start = System.nanoTime();
                        work.run();
                        nanos[i] = System.nanoTime() - start;
                    }
                    return concurrency;
                }));
            }
            for (Future<?> worker : running) {
                worker.get();
            }
        }
        return nanos;
    }

    private static long[] joined(long[] one, long[] other) {
        long[] all = java.util.Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }

    private static void say(String what) {
        System.err.println("connect: " + what);
    }

    @Override
    public void close() throws IOException, SQLException {
        logins.close();
        client.close();
        stack.close();
    }
}
