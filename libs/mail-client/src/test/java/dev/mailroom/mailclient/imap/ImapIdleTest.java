package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ImapIdleTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void noticesAServerThatHasGoneSilent() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.impatient(c -> {
            c.logIn().select(1);
            c.expect("IDLE");
            c.send("+ idling").hang();
        })) {
            scripted.session().select(MailboxName.INBOX, null);
            long start = System.nanoTime();

            MailException failure = catchThrowableOfType(
                    MailException.class, () -> scripted.session().awaitChange(SHORT));

            assertThat(failure.category()).isEqualTo(Category.CONNECTION_LOST);
            assertThat(failure.remedy()).isEqualTo(Remedy.RETRY);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
            assertThat(scripted.session().isOpen()).isFalse();
            assertThat(scripted.server().received()).endsWith("DONE");
        }
    }

    @Test
    void noticesAServerThatNeverBeginsToIdle() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.impatient(c -> c.logIn().hang())) {
            assertThat(catchThrowableOfType(
                                    MailException.class,
                                    () -> scripted.session().awaitChange(LONG))
                            .category())
                    .isEqualTo(Category.CONNECTION_LOST);
        }
    }

    @Test
    void noticesADrippingServer() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.impatient(c -> {
            c.logIn();
            c.expect("IDLE");
            c.send("+ idling");
            for (int i = 0; i < 100; i++) {
                c.sendRaw("*");
                Thread.sleep(50);
            }
        })) {
            assertThat(catchThrowableOfType(
                                    MailException.class,
                                    () -> scripted.session().awaitChange(SHORT))
                            .category())
                    .isEqualTo(Category.CONNECTION_LOST);
        }
    }

    @Test
    void takesLiveRemovalsByUid() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn("IMAP4rev1 IDLE ENABLE QRESYNC")
                    .answer("ENABLE", "* ENABLED QRESYNC")
                    .select(9);
            String tag = c.expect("IDLE");
            c.send("+ idling").send("* OK Still here").send("* VANISHED 1:3").send("* 6 EXISTS");
            assertThat(c.readLine()).isEqualTo("DONE");
            c.send("* 7 EXISTS").send(tag + " OK done").hang();
        })) {
            scripted.session().select(MailboxName.INBOX, null);

            assertThat(scripted.session().awaitChange(LONG))
                    .containsExactly(new MailboxUpdate.Vanished(UidSet.range(1, 3)), new MailboxUpdate.Exists(7));
        }
    }

    @Test
    void doesNotWaitIfSomethingWasSaidBefore() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(
                c -> c.logIn().select(1).answer("NOOP", "* 2 EXISTS").hang())) {
            scripted.session().select(MailboxName.INBOX, null);
            scripted.session().noop();

            assertThat(scripted.session().awaitChange(LONG)).containsExactly(new MailboxUpdate.Exists(2));
        }
    }

    @Test
    void survivesAServerThatEndsIdleByItself() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn();
            String tag = c.expect("IDLE");
            c.send("+ idling").send(tag + " OK enough").answer("NOOP").hang();
        })) {
            assertThat(scripted.session().awaitChange(LONG)).isEmpty();
            scripted.session().noop();
        }
    }

    @Test
    void endsOnABye() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn();
            c.expect("IDLE");
            c.send("+ idling").send("* BYE [UNAVAILABLE] going down").close();
        })) {
            MailException failure = catchThrowableOfType(
                    MailException.class, () -> scripted.session().awaitChange(LONG));
            assertThat(failure.category()).isEqualTo(Category.UNAVAILABLE);
        }
    }

    @Test
    void wakesWithoutIdleToo() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(
                c -> c.logIn("IMAP4rev1").answer("NOOP", "* 3 EXISTS").hang())) {
            Thread.startVirtualThread(scripted.session()::wake);
            assertThat(scripted.session().awaitChange(LONG)).containsExactly(new MailboxUpdate.Exists(3));
        }
    }

    @Test
    void endsWhenItsThreadIsInterrupted() throws Exception {
        CountDownLatch idling = new CountDownLatch(1);
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn();
            c.expect("IDLE");
            c.send("+ idling");
            idling.countDown();
            c.hang();
        })) {
            AtomicReference<Throwable> end = new AtomicReference<>();
            Thread owner = Thread.startVirtualThread(() -> {
                try {
                    scripted.session().awaitChange(LONG);
                } catch (Throwable stopped) {
                    end.set(stopped);
                }
            });
            assertThat(idling.await(5, TimeUnit.SECONDS)).isTrue();

            owner.interrupt();

            assertThat(owner.join(Duration.ofSeconds(5))).isTrue();
            assertThat(end.get()).isInstanceOf(InterruptedException.class);
            assertThat(scripted.session().isOpen()).isFalse();
        }
    }

    @Test
    void endsWhenAborted() throws Exception {
        CountDownLatch idling = new CountDownLatch(1);
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn();
            c.expect("IDLE");
            c.send("+ idling");
            idling.countDown();
            c.hang();
        })) {
            Thread.startVirtualThread(() -> {
                try {
                    idling.await();
                } catch (InterruptedException stop) {
                    return;
                }
                scripted.session().abort();
            });
            assertThat(catchThrowableOfType(
                                    MailException.class,
                                    () -> scripted.session().awaitChange(LONG))
                            .category())
                    .isEqualTo(Category.CONNECTION_LOST);
        }
    }

    @Test
    void saysGoodbyeButDoesNotWaitForLong() throws Exception {
        try (ScriptedSession polite = ScriptedSession.start(c -> {
                    c.logIn();
                    String tag = c.expect("LOGOUT");
                    c.send("* BYE bye").send(tag + " OK out").hang();
                });
                ScriptedSession rude = ScriptedSession.start(c -> c.logIn().hang())) {
            polite.session().close();
            long start = System.nanoTime();
            rude.session().close();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
            assertThat(List.of(polite.session().isOpen(), rude.session().isOpen()))
                    .containsOnly(false);
        }
    }
}
