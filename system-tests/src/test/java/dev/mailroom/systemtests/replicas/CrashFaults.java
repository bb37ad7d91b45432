package dev.mailroom.systemtests.replicas;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.systemtests.replicas.Deliveries.Delivered;
import dev.mailroom.systemtests.replicas.Fault.Scope;
import dev.mailroom.systemtests.replicas.FaultRun.Mailbox;
import dev.mailroom.systemtests.replicas.SyncCluster.Site;
import dev.mailroom.testkit.net.Tap.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A replica is killed between two lines of what it does: when a proxy hears that it is about to say something, or before it hears the
 * answer. The product knows nothing of it.
 */
final class CrashFaults {
    /** Each run strikes so many of the steps, drawn from the seed. */
    private static final int STEPS = Integer.getInteger("faults.steps", 1);

    private static final int COMMANDS = 3;
    private static final int NTH_MAX = 3;

    /** What can be heard, in the order in which it happens: first of mail that comes in, then of a command. */
    private enum Step {
        FETCHED("imap< OK UID FETCH .*BODY.*"),
        BEFORE_THE_MESSAGE("sql> insert into message .*"),
        BEFORE_THE_COPY("sql> insert into copy .*"),
        BEFORE_THE_EVENT("sql> insert into outbox .*"),
        BEFORE_THE_COMMIT("sql> COMMIT of .*insert into copy .*"),
        COMMITTED("sql< COMMIT of .*insert into copy .*"),
        BEFORE_THE_MARK("sql> update mailbox set uid_next .*"),
        BEFORE_KAFKA("kafka> produce"),
        ON_KAFKA("kafka< produce"),
        BEFORE_THE_OUTBOX_FORGETS("sql> delete from outbox .*"),
        BEFORE_THE_INTENT("sql> update command set state = 'sent'.*"),
        INTENDED("sql< COMMIT of .*update command set state = 'sent'.*"),
        BEFORE_THE_COPYING("imap> UID COPY .*"),
        COPIED("imap< OK UID COPY .*"),
        MARKED("imap< OK UID STORE .*Deleted.*"),
        EXPUNGED("imap< OK UID EXPUNGE .*"),
        BEFORE_THE_END("sql> update command set state = 'succeeded'.*"),
        ENDED("sql< COMMIT of .*update command set state = 'succeeded'.*");

        private final Pattern said;

        Step(String said) {
            this.said = Pattern.compile(said);
        }

        private boolean needsCommands() {
            return compareTo(BEFORE_THE_INTENT) >= 0;
        }
    }

    private CrashFaults() {}

    static List<Fault> all() {
        return List.of(new Fault(
                "F2",
                "kill -9 between two steps",
                Scope.REPLICA,
                2,
                MailboxFaults.plain(),
                CrashFaults::struck,
                Fault.Links.HEARD));
    }

    private static void struck(FaultRun run) throws Exception {
        List<Step> steps = new ArrayList<>(List.of(Step.values()));
        Collections.shuffle(steps, run.random);
        String only = System.getProperty("faults.step");
        AtomicInteger used = new AtomicInteger();
        for (Step step : only == null ? steps.subList(0, Math.min(STEPS, steps.size())) : List.of(Step.valueOf(only))) {
            strike(run, step, used);
        }
        run.afterwards(over -> MailboxFaults.once(run, run.first()));
    }

    private static void strike(FaultRun run, Step step, AtomicInteger used) throws Exception {
        Trap trap = new Trap(run, step, 1 + run.random.nextInt(NTH_MAX));
        long since = System.nanoTime();
        trap.set();
        if (step.needsCommands()) {
            commands(run, used);
        }
        run.await("heard: " + step, trap::hasSprung);
        trap.take();
        Site site = trap.site();
        run.note(step + " after " + MailboxFaults.seconds(System.nanoTime() - since));
        run.stage.startAgain(site);
        for (Mailbox mailbox : run.mailboxes) {
            run.awaitTold(mailbox.canaries().soFar());
        }
    }

    /** About messages that no command was about yet. */
    private static void commands(FaultRun run, AtomicInteger used) throws Exception {
        Mailbox mailbox = run.first();
        run.await("mail to command", () -> mailbox.canaries().soFar().size() >= used.get() + COMMANDS);
        List<Delivered> told = mailbox.canaries().soFar().subList(used.get(), used.addAndGet(COMMANDS));
        run.awaitTold(told);
        for (Delivered mail : told) {
            run.stage.cluster.publish(new MailCommand.Archive(
                    UUID.randomUUID(),
                    mailbox.id(),
                    mailbox.account().organization(),
                    UUID.fromString(run.stage.watch.messageOf(mail)),
                    Origin.user(UUID.randomUUID())));
        }
    }

    /** Waits for a step to be heard for the n-th time on any link, and kills who says it or would hear it. Safe for many threads. */
    private static final class Trap {
        private final FaultRun run;
        private final Step step;
        private final CountDownLatch sprung = new CountDownLatch(1);
        private int left;
        private @Nullable Site struck;

        private Trap(FaultRun run, Step step, int nth) {
            this.run = run;
            this.step = step;
            // A command is done once.
            this.left = step.needsCommands() ? Math.min(nth, COMMANDS) : nth;
        }

        private void set() {
            for (Site site : run.stage.cluster.sites()) {
                site.ear().listen(said -> hears(said, () -> site));
            }
            for (Mailbox mailbox : run.mailboxes) {
                mailbox.ear().listen(said -> hears(said, mailbox));
            }
        }

        private void take() {
            run.stage.cluster.sites().forEach(site -> site.ear().rest());
            run.mailboxes.forEach(mailbox -> mailbox.ear().rest());
        }

        private boolean hasSprung() {
            return sprung.getCount() == 0;
        }

        private synchronized Site site() {
            return Objects.requireNonNull(struck);
        }

        private Verdict hears(Ear.Said said, Mailbox mailbox) {
            return hears(said, () -> run.stage.siteOf(mailbox.id()));
        }

        private synchronized Verdict hears(Ear.Said said, Callable<Site> place) {
            if (hasSprung() || !step.said.matcher(said.text()).matches() || --left > 0) {
                return Verdict.PASS;
            }
            try {
                struck = place.call();
                run.stage.at(struck).kill();
            } catch (Exception nobodyThere) {
                // Its session is about to begin somewhere else: the next time, then.
                return Verdict.PASS;
            }
            sprung.countDown();
            return Verdict.CUT;
        }
    }
}
