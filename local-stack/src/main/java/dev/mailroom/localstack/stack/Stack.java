package dev.mailroom.localstack.stack;

import dev.mailroom.embedded.DatabaseRole;
import dev.mailroom.embedded.EmbeddedKafka;
import dev.mailroom.embedded.EmbeddedPostgres;
import dev.mailroom.embedded.FolderLock;
import dev.mailroom.embedded.PortTakenException;
import dev.mailroom.localstack.mailserver.DemoMailServer;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.QuietLogging;
import dev.mailroom.localstack.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A running system: started by {@link #start}, stopped by {@link #close} or with the JVM. */
public final class Stack implements AutoCloseable {

    /**
     * What to run.
     *
     * @param home the top folder of the repository, where the built services are
     * @param withMailServer whether a mail server with two filled mailboxes belongs to it
     * @param purpose what the data and the run are for
     */
    public record Plan(Path home, DataFolder folder, PortPlan ports, boolean withMailServer, Purpose purpose) {}

    /** What a run is for. */
    public enum Purpose {
        /** The data stays: everything is safe on the disk, and everything is stopped in good order. */
        KEEP,
        /** The data is deleted afterwards: nothing waits for the disk, and the services are ended at once. */
        THROW_AWAY
    }

    private final Plan plan;
    private final Terminal terminal;
    private final FolderLock lock;
    private final Instant startedAt;
    private final Thread stopAtExit = new Thread(this::stopForGood, "stack-stop");
    private final List<ServiceProcess> services = new ArrayList<>();
    private @Nullable EmbeddedPostgres postgres;
    private @Nullable EmbeddedKafka kafka;
    private @Nullable DemoMailServer mailServer;
    private @Nullable StackWatch watch;
    private boolean closed;

    private Stack(Plan plan, Terminal terminal, FolderLock lock) {
        this.plan = plan;
        this.terminal = terminal;
        this.lock = lock;
        this.startedAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * Starts everything and waits until every service is ready, telling the terminal what is being done.
     *
     * @throws CommandFailure if something does not start; what was started has been stopped again
     */
    public static Stack start(Plan plan, Terminal terminal) {
        FolderLock lock = plan.folder().open();
        try {
            // Before the look at the ports: an orphan holds one.
            StackState.read(plan.folder().state()).ifPresent(ServiceProcess::endOrphans);
            plan.ports().requireFree(plan.withMailServer());
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
        var stack = new Stack(plan, terminal, lock);
        Runtime.getRuntime().addShutdownHook(stack.stopAtExit);
        try {
            stack.startAll();
            return stack;
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    private void startAll() {
        Secrets secrets = plan.folder().secrets();
        secrets.prepare();
        QuietLogging.brokerTo(plan.folder().logs().resolve("kafka.log"));
        try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
            var starting = new ArrayList<CompletableFuture<Void>>();
            starting.add(CompletableFuture.runAsync(() -> startPostgres(secrets), starters));
            starting.add(CompletableFuture.runAsync(this::startKafka, starters));
            if (plan.withMailServer()) {
                starting.add(CompletableFuture.runAsync(this::startMailServer, starters));
            }
            CompletableFuture.allOf(starting.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof PortTakenException taken) {
                throw PortPlan.taken(taken);
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
        startServices(secrets);
    }

    private void startPostgres(Secrets secrets) {
        long begin = System.nanoTime();
        // Not on this JVM's account until it is complete: then close() stops it in its turn.
        var started = EmbeddedPostgres.persistent(
                plan.folder().postgres(), plan.ports().postgres());
        started.keepUntilClosed();
        synchronized (this) {
            postgres = started;
        }
        for (var service : ServiceName.values()) {
            started.createDatabase(
                    service.database(),
                    new DatabaseRole(service.databaseOwner(), secrets.databaseOwnerPassword(service)),
                    new DatabaseRole(service.database(), secrets.databasePassword(service)));
        }
        said("PostgreSQL", "127.0.0.1:" + plan.ports().postgres(), begin);
    }

    private void startKafka() {
        long begin = System.nanoTime();
        var started =
                EmbeddedKafka.persistent(plan.folder().kafka(), plan.ports().kafka());
        started.keepUntilClosed();
        synchronized (this) {
            kafka = started;
        }
        started.createTopics(TopicLayout.all());
        said("Kafka", "127.0.0.1:" + plan.ports().kafka(), begin);
    }

    private void startMailServer() {
        long begin = System.nanoTime();
        var started = DemoMailServer.start(
                plan.folder().mailServer(), plan.ports().imaps(), plan.ports().smtps());
        synchronized (this) {
            mailServer = started;
        }
        said(
                "mail server",
                "IMAP 127.0.0.1:" + plan.ports().imaps() + ", SMTP 127.0.0.1:"
                        + plan.ports().smtps(),
                begin);
    }

    private void startServices(Secrets secrets) {
        long begin = System.nanoTime();
        DemoMailServer mail = mailServer;
        var environment = new ServiceEnvironment(
                plan.ports(),
                secrets,
                mail == null ? null : mail.outboundAllow(),
                mail == null ? null : mail.authorityFile());
        for (var name : ServiceName.values()) {
            Path jar = plan.home()
                    .resolve(name.service())
                    .resolve("target/quarkus-app")
                    .resolve(ServiceProcess.MAIN_JAR);
            services.add(new ServiceProcess(name, jar, plan.folder().log(name), environment.of(name)));
        }
        watch = new StackWatch(services, this::writeState, terminal);
        watch.startServices();
        writeState();
        for (var service : services) {
            Readiness.await(plan.ports().url(service.name()), service);
            said(service.name().service(), plan.ports().url(service.name()), begin);
        }
        watch.keepRunning(this::mendServers);
    }

    /** Starts PostgreSQL again if its process died: somebody's clean-up of the machine must not cost the evening. */
    private synchronized void mendServers() {
        if (!closed && postgres != null && !postgres.isRunning()) {
            terminal.line("PostgreSQL ended; starting it again");
            postgres.start();
        }
    }

    private void writeState() {
        var addresses = new HashMap<String, String>();
        var processes = new HashMap<String, Long>();
        for (var service : services) {
            addresses.put(service.name().service(), plan.ports().url(service.name()));
            processes.put(service.name().service(), service.pid());
        }
        addresses.put("kafka", "127.0.0.1:" + plan.ports().kafka());
        addresses.put("postgres", "127.0.0.1:" + plan.ports().postgres());
        if (plan.withMailServer()) {
            addresses.put("imap", "127.0.0.1:" + plan.ports().imaps());
            addresses.put("smtp", "127.0.0.1:" + plan.ports().smtps());
        }
        new StackState(ProcessHandle.current().pid(), startedAt.toString(), addresses, processes)
                .write(plan.folder().state());
    }

    private void said(String what, String where, long begin) {
        double seconds = (System.nanoTime() - begin) / 1e9;
        terminal.line("  %-16s %-44s %s".formatted(what, where, terminal.dim("%.1f s".formatted(seconds))));
    }

    public DataFolder folder() {
        return plan.folder();
    }

    public PortPlan ports() {
        return plan.ports();
    }

    /** The mail server of a stack that has one. */
    public DemoMailServer mailServer() {
        DemoMailServer mail = mailServer;
        if (mail == null) {
            throw new IllegalStateException("this stack has no mail server");
        }
        return mail;
    }

    /** Process ids by the name of what runs in them. */
    public synchronized Map<String, Long> processes() {
        var processes = new HashMap<String, Long>();
        services.forEach(service -> processes.put(service.name().service(), service.pid()));
        if (postgres != null) {
            processes.put("PostgreSQL", postgres.pid());
        }
        processes.put("mailroom (Kafka)", ProcessHandle.current().pid());
        return processes;
    }

    @Override
    public void close() {
        stopForGood();
        try {
            Runtime.getRuntime().removeShutdownHook(stopAtExit);
        } catch (IllegalStateException e) {
            // The JVM is going down and the hook is what called this.
            return;
        }
    }

    private void stopForGood() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        if (watch != null) {
            watch.close();
        }
        try (var _ = lock;
                var _ = postgres;
                var _ = kafka;
                var _ = mailServer) {
            services.forEach(service -> service.stop(plan.purpose() == Purpose.THROW_AWAY));
            for (var service : services) {
                service.awaitEnd();
            }
            Files.deleteIfExists(plan.folder().state());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new CommandFailure("the state file could not be deleted: " + e.getMessage(), e);
        }
    }
}
