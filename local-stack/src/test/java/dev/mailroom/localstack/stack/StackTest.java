package dev.mailroom.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailroom.embedded.Folders;
import dev.mailroom.localstack.tail.EventStream;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackTest {

    private static final Duration WAIT_MAX = Duration.ofSeconds(60);

    @TempDir
    Path home = Path.of("unset");

    private Path data = Path.of("unset");
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final Terminal terminal = new Terminal(new PrintStream(screen, true, StandardCharsets.UTF_8), false, false);

    @BeforeEach
    void makeFolders() throws Exception {
        data = Files.createTempDirectory("stack-test").toRealPath();
        FakeService.home(home);
    }

    @AfterEach
    void deleteData() throws Exception {
        Folders.deleteIfExists(data);
    }

    @Test
    void runsTheWholeSystemAndTellsWhereItIs() throws Exception {
        var ports = PortPlan.free();
        try (var stack =
                Stack.start(new Stack.Plan(home, new DataFolder(data), ports, true, Stack.Purpose.KEEP), terminal)) {
            var state = StackState.running(stack.folder());
            assertThat(state.address(ServiceName.SYNC)).isEqualTo(ports.url(ServiceName.SYNC));
            assertThat(state.processes())
                    .containsOnlyKeys("account-service", "sync-service", "rules-service", "send-service");

            var secrets = stack.folder().secrets();
            String url = setting(ports, ServiceName.RULES, "QUARKUS_DATASOURCE_JDBC_URL");
            try (var connection =
                    DriverManager.getConnection(url, "rules", secrets.databasePassword(ServiceName.RULES))) {
                assertThat(connection.isValid(5)).isTrue();
            }
            assertThat(setting(ports, ServiceName.ACCOUNT, "QUARKUS_DATASOURCE_USERNAME"))
                    .isEqualTo("account");
            assertThat(setting(ports, ServiceName.ACCOUNT, "QUARKUS_FLYWAY_USERNAME"))
                    .isEqualTo("account_owner");
            assertThat(setting(ports, ServiceName.ACCOUNT, "QUARKUS_FLYWAY_PASSWORD"))
                    .isEqualTo(secrets.databaseOwnerPassword(ServiceName.ACCOUNT))
                    .isNotEqualTo(secrets.databasePassword(ServiceName.ACCOUNT));
            try (var stream =
                    EventStream.open(setting(ports, ServiceName.RULES, "KAFKA_BOOTSTRAP_SERVERS"), List.of(), true)) {
                assertThat(stream.poll(Duration.ofMillis(10))).isEmpty();
            }
            assertThat(setting(ports, ServiceName.ACCOUNT, "MAILROOM_OUTBOUND_ALLOW"))
                    .isEqualTo("127.0.0.1/32:" + ports.imaps() + "-" + ports.imaps() + ",127.0.0.1/32:" + ports.smtps()
                            + "-" + ports.smtps());
            assertThat(Path.of(setting(ports, ServiceName.ACCOUNT, "MAILROOM_OUTBOUND_CA")))
                    .isRegularFile();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets.vaultKeyFile())))
                    .isEqualTo("rw-------");
            assertThat(screen.toString(StandardCharsets.UTF_8)).contains("PostgreSQL", "Kafka", "send-service");
        }
        assertThat(new DataFolder(data).state()).doesNotExist();
    }

    @Test
    void startsAServiceAgainThatDied() {
        var ports = PortPlan.free();
        try (var stack = Stack.start(
                new Stack.Plan(home, new DataFolder(data), ports, false, Stack.Purpose.THROW_AWAY), terminal)) {
            long before = pid(stack, ServiceName.SEND);
            ProcessHandle.of(before).orElseThrow().destroyForcibly();

            await().atMost(WAIT_MAX).until(() -> pid(stack, ServiceName.SEND) != before);
            await().atMost(WAIT_MAX)
                    .ignoreExceptions()
                    .until(() -> setting(ports, ServiceName.SEND, "QUARKUS_HTTP_HOST")
                            .equals("127.0.0.1"));
            assertThat(screen.toString(StandardCharsets.UTF_8)).contains("send-service ended with code 137");
        }
    }

    @Test
    void refusesAFolderOnWhichAnotherStackRuns() {
        var plan = new Stack.Plan(home, new DataFolder(data), PortPlan.free(), false, Stack.Purpose.THROW_AWAY);
        try (var stack = Stack.start(plan, terminal)) {
            assertThat(stack.processes()).isNotEmpty();
            assertThatThrownBy(() -> Stack.start(plan, terminal))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("another mailroom runs on this data folder");
        }
    }

    @Test
    void namesThePortThatIsTakenAndTheWayOut() throws Exception {
        try (var squatter = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var free = PortPlan.free();
            var ports = new PortPlan(free.services(), free.kafka(), squatter.getLocalPort(), 1, 1);

            assertThatThrownBy(() -> Stack.start(
                            new Stack.Plan(home, new DataFolder(data), ports, false, Stack.Purpose.THROW_AWAY),
                            terminal))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessage("port " + squatter.getLocalPort() + " for PostgreSQL is taken by another process;"
                            + " --port-offset 100 moves all ports of Mailroom by 100");
        }
    }

    @Test
    void saysInOneLineThatTheFolderCannotBeWritten() {
        var plan = new Stack.Plan(
                home, new DataFolder(Path.of("/proc/mailroom")), PortPlan.free(), false, Stack.Purpose.THROW_AWAY);
        assertThatThrownBy(() -> Stack.start(plan, terminal))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("/proc/mailroom cannot be written")
                .hasMessageContaining("--data DIR")
                .hasMessageNotContaining("\n");
    }

    @Test
    void saysWhyAServiceDidNotStart() throws Exception {
        Path jar = home.resolve("rules-service/target/quarkus-app/quarkus-run.jar");
        Files.writeString(jar, "not a jar");
        var plan = new Stack.Plan(home, new DataFolder(data), PortPlan.free(), false, Stack.Purpose.THROW_AWAY);
        assertThatThrownBy(() -> Stack.start(plan, terminal))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("rules-service ended while it started: Error: Invalid or corrupt jarfile")
                .hasMessageContaining("rules-service.log");
    }

    @Test
    void recoversWhenEveryProcessWasKilledAtOnce() throws Exception {
        int offset = 20_000 + (int) (ProcessHandle.current().pid() % 10_000);
        Process first = up(offset);
        var state = await().atMost(WAIT_MAX)
                .until(
                        () -> StackState.read(new DataFolder(data).state()).filter(found -> answers(found)),
                        java.util.Optional::isPresent)
                .orElseThrow();
        String key = Files.readString(new DataFolder(data).secrets().publicKeyFile());
        // The watchdogs first, so that nothing is stopped in good order; then services, servers, and the command
        // itself.
        first.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("sh"))
                .forEach(ProcessHandle::destroyForcibly);
        first.destroyForcibly();
        first.onExit().join();
        assertThat(state.processes().values())
                .allMatch(pid -> ProcessHandle.of(pid).isPresent());

        Process second = up(offset);
        try {
            var again = await().atMost(WAIT_MAX)
                    .until(
                            () -> StackState.read(new DataFolder(data).state())
                                    .filter(found -> found.pid() == second.pid() && answers(found)),
                            java.util.Optional::isPresent)
                    .orElseThrow();
            assertThat(again.addresses()).isEqualTo(state.addresses());
            assertThat(state.processes().values())
                    .allMatch(pid -> ProcessHandle.of(pid).isEmpty());
            assertThat(Files.readString(new DataFolder(data).secrets().publicKeyFile()))
                    .isEqualTo(key);
        } finally {
            second.destroy();
            second.onExit().join();
        }
        assertThat(new DataFolder(data).state()).doesNotExist();
    }

    private Process up(int offset) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dmailroom.home=" + home,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.mailroom.localstack.Mailroom",
                        "up",
                        "--data",
                        data.toString(),
                        "--port-offset",
                        Integer.toString(offset))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(home.resolve("up.log").toFile()))
                .start();
    }

    private static boolean answers(StackState state) {
        try {
            for (var service : ServiceName.values()) {
                get(state.address(service) + "/q/health/ready");
            }
            return true;
        } catch (Exception notYet) {
            return false;
        }
    }

    private static long pid(Stack stack, ServiceName service) {
        Long pid = stack.processes().get(service.service());
        return pid == null ? 0 : pid;
    }

    private static String setting(PortPlan ports, ServiceName service, String name) throws Exception {
        return get(ports.url(service) + "/setting?" + name);
    }

    private static String get(String url) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
