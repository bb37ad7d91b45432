package dev.mailroom.benchmarks;

import dev.mailroom.contracts.EventCodec;
import dev.mailroom.contracts.Topics;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.tls.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * How fast the history of one account is taken in, from "account connected" to the last event acknowledged by Kafka, beside {@code mbsync},
 * which downloads the same mailbox over TLS and does nothing else with it; and what it costs in memory, processor time and statements.
 */
final class ImportBenchmark implements AutoCloseable {
    private static final double RATE_TARGET = 3_000;
    private static final double GROWTH_MAX_TIMES = 1.25;
    private static final Duration IMPORT_MAX = Duration.ofMinutes(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Duration READ_MAX = Duration.ofSeconds(2);
    private static final double MIB = 1024.0 * 1024;
    private static final List<String> OPTIONS = List.of("-Xmx512m");

    private final int small;
    private final int large;
    private final boolean withPeer;
    private final DovecotServer dovecot;
    private final SyncStack stack;
    private final Report report = new Report("import");
    private final UUID organization = UUID.randomUUID();
    private int mailboxes;

    /**
     * @param small messages of the first two mailboxes
     * @param large messages of the last one; 0 leaves it out
     * @param withPeer whether mbsync downloads the same mailboxes
     * @param furtherOptions of the service's JVM
     */
    ImportBenchmark(Path home, int small, int large, boolean withPeer, List<String> furtherOptions)
            throws IOException, InterruptedException {
        this.small = small;
        this.large = large;
        this.withPeer = withPeer;
        List<String> options = new java.util.ArrayList<>(OPTIONS);
        options.addAll(furtherOptions);
        TestCertificates authority = TestCertificates.create();
        this.dovecot = DovecotServer.start(authority.server(SyncStack.HOST));
        this.stack = new SyncStack(home, authority, dovecot.tlsPort(), options);
    }

    /** What one import took. */
    private record Run(double seconds, long peakBytes, long liveBytes) {}

    Report run() throws Exception {
        if (withPeer && !Mbsync.installed()) {
            say("mbsync is not installed (apt-get install isync): no peer in this run");
        }
        Run cold = measure("cold JVM, " + small, small, false, true);
        // Without a look at the heap, which stops everything while it collects the garbage.
        Run few = measure("" + small, small, true, false);
        if (large > 0) {
            Run many = measure("" + large, large, true, true);
            report.addAtMost(
                    "peak memory, " + large + " to " + small,
                    many.peakBytes() / (double) Math.max(1, few.peakBytes()),
                    "times",
                    GROWTH_MAX_TIMES);
            report.add(
                    "live heap, " + large + " to " + small,
                    many.liveBytes() / (double) Math.max(1, cold.liveBytes()),
                    "times");
        }
        return report;
    }

    private Run measure(String name, int messages, boolean counts, boolean looksAtHeap) throws Exception {
        String user = "user" + ++mailboxes;
        say("writing " + messages + " messages for " + user);
        OldMail mail = new OldMail(user, mailboxes);
        mail.write(dovecot.maildir(user), messages);
        // Before, so that both find what the server has cached, not only the second.
        double durable = messages == small && counts ? peer(user, messages, true) : 0;
        double before = peer(user, messages, false);
        say("importing " + messages + " messages of " + mail.bytes() / messages + " bytes on average");
        Run run = imported(name, user, messages, looksAtHeap);
        // Before and after, so that what else the machine does counts for both alike.
        double peer = counts ? (before + peer(user, messages, false)) / 2 : before;
        double rate = messages / run.seconds();
        String at = name + ": ";
        if (counts) {
            report.addAtLeast(at + "import", rate, "messages/s", RATE_TARGET);
        } else {
            report.add(at + "import", rate, "messages/s");
        }
        report.add(at + "import", mail.bytes() / MIB / run.seconds(), "MiB/s");
        if (peer > 0) {
            report.add(at + "mbsync, without fsync", messages / peer, "messages/s");
            report.add(at + "ratio to mbsync without fsync", rate * peer / messages, "times");
        }
        if (durable > 0) {
            report.add(at + "mbsync, as it is", messages / durable, "messages/s");
            report.addAtLeast(at + "ratio to mbsync as it is", rate * durable / messages, "times", 1);
        }
        report.add(at + "peak resident memory", run.peakBytes() / MIB, "MiB");
        if (looksAtHeap) {
            report.add(at + "live heap when half was done", run.liveBytes() / MIB, "MiB");
        }
        return run;
    }

    private double peer(String user, int messages, boolean durable) throws IOException, InterruptedException {
        if (!withPeer || !Mbsync.installed()) {
            return 0;
        }
        Path folder = Files.createDirectories(stack.folder.resolve("mbsync-" + user + "-" + durable));
        say("mbsync" + (durable ? "" : " without fsync"));
        double seconds = Mbsync.download(stack, user, folder, durable, messages);
        dev.mailroom.embedded.Folders.deleteIfExists(folder);
        // What it leaves to be written to the disk is not to be paid for by the import.
        new ProcessBuilder("sync").inheritIO().start().waitFor();
        return seconds;
    }

    private Run imported(String name, String user, int messages, boolean looksAtHeap) throws Exception {
        try (Connection connection = stack.postgres.connect(SyncStack.DATABASE);
                Statement statement = connection.createStatement()) {
            // Row security shows nothing to whoever does not say for whom he works.
            statement.execute("set mailroom.organization = '*'");
            // A database that is not new writes its log into files that it has; otherwise half of what goes to the disk
            // makes new ones.
            statement.execute("checkpoint");
            Processes.forgetPeak(stack.service.pid());
            double[] cpu = cpu();
            double statements = stack.statements();
            double idle = Processes.idleSeconds();
            long start = System.nanoTime();
            UUID account = stack.connect(organization, user, "all");
            long live = awaitDone(statement, account, looksAtHeap ? messages / 2 : Integer.MAX_VALUE, start);
            double seconds = (System.nanoTime() - start) / 1e9;
            double[] after = cpu();
            report.add(name + ": processors idle", 100 * (Processes.idleSeconds() - idle) / seconds / cores(), "%");
            report.add(name + ": load", Processes.load(), "");
            String[] parts = {"sync-service", "PostgreSQL", "Kafka", "Dovecot"};
            for (int part = 0; part < parts.length; part++) {
                report.add(name + ": CPU of " + parts[part], (after[part] - cpu[part]) * 1e6 / messages, "us/message");
            }
            report.add(name + ": statements", (stack.statements() - statements) / messages, "/message");
            report.addAtMost(name + ": messages that were not told", messages - told(account, messages), "messages", 0);
            return new Run(seconds, Processes.peakBytes(stack.service.pid()), live);
        }
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    private double[] cpu() throws IOException {
        double[] stacked = stack.cpuSeconds();
        double[] all = Arrays.copyOf(stacked, stacked.length + 1);
        all[stacked.length] = Processes.cpuSecondsOfAll(dovecot.pid());
        return all;
    }

    /** @return the live heap in the middle of it */
    private long awaitDone(Statement statement, UUID account, int half, long start)
            throws SQLException, InterruptedException, IOException {
        long live = 0;
        while (System.nanoTime() - start < IMPORT_MAX.toNanos()) {
            if (!stack.service.isAlive()) {
                break;
            }
            Thread.sleep(LOOK_EVERY);
            long done = done(statement, account);
            if (done < 0) {
                return live;
            }
            if (live == 0 && done >= half) {
                live = Processes.liveHeapBytes(stack.service.pid());
            }
        }
        throw new IllegalStateException("the import did not end:\n" + stack.service.lastLines());
    }

    /** Messages that are imported; -1 when all is done and on Kafka. */
    private static long done(Statement statement, UUID account) throws SQLException {
        boolean ended;
        long done;
        try (ResultSet rows = statement.executeQuery(
                "select import_state = 'done', import_done from account where id = '" + account + "'")) {
            if (!rows.next()) {
                return 0;
            }
            ended = rows.getBoolean(1);
            done = rows.getLong(2);
        }
        if (!ended) {
            return done;
        }
        // Only now: to find nothing in a queue through which much has gone is the dearest of all.
        try (ResultSet rows = statement.executeQuery("select not exists (select 1 from outbox)")) {
            return rows.next() && rows.getBoolean(1) ? -1 : done;
        }
    }

    /** Messages of the account that Kafka has, each counted once. */
    private long told(UUID account, int expected) {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", stack.bootstrapServers()),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.MAIL_EVENTS).stream()
                    .map(partition -> new TopicPartition(Topics.MAIL_EVENTS, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            java.util.Set<String> ids = new java.util.HashSet<>();
            ConsumerRecords<String, byte[]> some;
            do {
                some = consumer.poll(READ_MAX);
                for (ConsumerRecord<String, byte[]> record : some) {
                    Header type = record.headers().lastHeader(EventCodec.HEADER_TYPE);
                    Header id = record.headers().lastHeader(EventCodec.HEADER_ID);
                    if (account.toString().equals(record.key())
                            && type != null
                            && id != null
                            && new String(type.value(), StandardCharsets.UTF_8).endsWith("message.imported.v1")) {
                        ids.add(new String(id.value(), StandardCharsets.UTF_8));
                    }
                }
            } while (!some.isEmpty() && ids.size() < expected);
            return ids.size();
        }
    }

    private static void say(String what) {
        System.err.println("import: " + what);
    }

    @Override
    public void close() throws IOException {
        stack.close();
        dovecot.close();
    }
}
