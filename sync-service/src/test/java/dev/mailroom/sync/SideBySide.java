package dev.mailroom.sync;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * Runs the tests of contracts side by side, each with an account of its own: they wait for most of their time, for another look of the
 * session or for a server that is slow to say something.
 *
 * <p>{@code -Dflow.tests=name,name} runs some, {@code -Dflow.together=1} one after the other, {@code -Dflow.times=15} each as often.
 */
final class SideBySide implements AutoCloseable {
    /** Tests that run at the same time. */
    private static final int TOGETHER = Integer.getInteger("flow.together", 8);

    private static final int TIMES = Integer.getInteger("flow.times", 1);
    private static final Duration READY_MAX = Duration.ofSeconds(60);
    private static final Logger LOG = Logger.getLogger(SideBySide.class);

    private final List<? extends LocalServer> servers;
    private final ExecutorService together = Executors.newFixedThreadPool(TOGETHER);
    private final Queue<Scene> scenes = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Scene> scene = ThreadLocal.withInitial(this::newScene);
    private final Map<String, Future<?>> runs = new LinkedHashMap<>();

    /** @param servers that end with the tests */
    SideBySide(List<? extends LocalServer> servers) {
        this.servers = servers;
        if (!servers.isEmpty()) {
            awaitReady(servers.getFirst());
        }
    }

    /** Names of all tests of a contract, without those that nobody asked for. */
    static List<String> testsOf(Class<? extends FlowContract> contract) {
        String asked = System.getProperty("flow.tests");
        return hierarchy(contract)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .filter(name ->
                        asked == null || Arrays.asList(asked.split(",", -1)).contains(name))
                .distinct()
                .sorted()
                .toList();
    }

    /** All tests of one contract on one server, which ends with them. */
    static SideBySide of(LocalServer server, Supplier<? extends FlowContract> contract) {
        SideBySide all = new SideBySide(List.of(server));
        for (String test : testsOf(contract.get().getClass())) {
            for (int i = 1; i <= TIMES; i++) {
                all.start(TIMES == 1 ? test : test + " " + i, test, server, contract.get());
            }
        }
        return all;
    }

    /** One account is live: the service owns its shards, so that no test waits for that. */
    private static void awaitReady(LocalServer server) {
        try (Scene first = new Scene()) {
            var account = first.connect(UUID.randomUUID(), server.newUser(), server.port(), "none");
            Awaitility.await("the first account")
                    .atMost(READY_MAX)
                    .until(() -> Scene.count("select count(*) from account where id = '" + account.account()
                                    + "' and state = 'live'")
                            == 1);
        }
    }

    /** @param name by which {@link #result} knows it */
    void start(String name, String test, LocalServer server, FlowContract contract) {
        runs.put(name, together.submit(() -> {
            long begin = System.nanoTime();
            try {
                run(test, server, contract);
            } finally {
                LOG.infof("%s took %d ms", name, (System.nanoTime() - begin) / 1_000_000);
            }
            return null;
        }));
    }

    private void run(String test, LocalServer server, FlowContract contract) throws Exception {
        Scene mine = scene.get();
        contract.begin(server, mine);
        try {
            method(contract.getClass(), test).invoke(contract);
        } catch (InvocationTargetException failed) {
            LOG.errorf("%s failed. What was told: %s", test, mine.toldOfAll());
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw failed;
        } finally {
            contract.end();
            mine.forgetAccounts();
        }
    }

    private static Method method(Class<?> contract, String test) {
        Method method = hierarchy(contract)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(found -> found.getName().equals(test))
                .findFirst()
                .orElseThrow();
        method.setAccessible(true);
        return method;
    }

    /** The class, what it extends, and so on: what a class overrides is found in it first. */
    private static Stream<Class<?>> hierarchy(Class<?> contract) {
        return Stream.<Class<?>>iterate(contract, FlowContract.class::isAssignableFrom, Class::getSuperclass);
    }

    /** Waits for a test that was started; throws what it threw. */
    void result(String name) throws Throwable {
        for (String run : runs.keySet()) {
            try {
                if (run.equals(name) || (TIMES > 1 && run.startsWith(name + " "))) {
                    Objects.requireNonNull(runs.get(run)).get();
                }
            } catch (ExecutionException failed) {
                throw failed.getCause();
            }
        }
    }

    private Scene newScene() {
        Scene made = new Scene();
        scenes.add(made);
        return made;
    }

    @Override
    public void close() throws Exception {
        together.shutdownNow();
        together.close();
        scenes.forEach(Scene::close);
        for (LocalServer server : servers) {
            server.close();
        }
    }
}
