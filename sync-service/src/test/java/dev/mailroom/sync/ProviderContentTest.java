package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.http.ProblemException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.access.Access;
import dev.mailroom.sync.access.Viewer;
import dev.mailroom.sync.connection.ImapOpener;
import dev.mailroom.sync.connection.NoTurnException;
import dev.mailroom.sync.connection.Patience;
import dev.mailroom.sync.connection.SecondConnections;
import dev.mailroom.sync.message.ProviderContent;
import dev.mailroom.sync.message.ProviderMessage;
import dev.mailroom.testkit.MutableClock;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections for readers: few, kept for a moment, and never held by who does not read. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class ProviderContentTest extends HandDrivenSession {
    private static final Duration LOGIN_MAX = Duration.ofSeconds(7);

    private final MutableClock time = MutableClock.at("2026-11-20T10:00:00Z");
    private final AtomicInteger opened = new AtomicInteger();

    @Inject
    Access access;

    @Inject
    SecondConnections places;

    private ProviderContent content;
    private Viewer viewer;
    private UUID message;

    @BeforeEach
    void deliver() throws Exception {
        folders.refresh(link());
        server.deliver(MailboxName.INBOX, mail("wanted"), Instant.now());
        checkInbox(link());
        message = onlyMessage();
        viewer = new Viewer(organization, Scene.TESTER, false);
        content = new ProviderContent(
                database,
                access,
                accounts,
                (account, patience) -> {
                    opened.incrementAndGet();
                    server.reopen();
                    return server;
                },
                places,
                Duration.ofSeconds(2),
                LOGIN_MAX,
                Duration.ZERO,
                time);
    }

    @Test
    void oneConnectionServesOneReaderAfterTheOther() throws Exception {
        assertThat(read()).contains("About wanted");
        assertThat(read()).contains("About wanted");
        assertThat(opened).hasValue(1);

        // When
        time.advance(Duration.ofSeconds(21));
        content.endIdle();

        // Then
        assertThat(server.isOpen()).isFalse();
        assertThat(read()).contains("About wanted");
        assertThat(opened).hasValue(2);
    }

    @Test
    void aKeptConnectionThatWasLostIsReplaced() throws Exception {
        read();
        server.abort();

        assertThat(read()).contains("About wanted");
        assertThat(opened).hasValue(2);
    }

    @Test
    void aReaderThatTakesNothingIsCutOffAndHoldsNobodyUp() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Thread slow = Thread.ofVirtual().start(() -> {
            try (ProviderMessage open = content.open(viewer, message)) {
                open.writeRaw(new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        reading.countDown();
                        try {
                            gone.await();
                        } catch (InterruptedException stopped) {
                            Thread.currentThread().interrupt();
                        }
                        throw new IOException("gone");
                    }
                });
            } catch (IOException | RuntimeException | InterruptedException expected) {
                ended.countDown();
            }
        });
        reading.await();

        // When
        time.advance(Duration.ofSeconds(59));
        content.endIdle();

        // Then
        assertThat(server.isOpen()).isTrue();

        // When
        time.advance(Duration.ofSeconds(2));
        content.endIdle();

        // Then
        assertThat(server.isOpen()).isFalse();
        for (int i = 0; i < 3; i++) {
            assertThat(read()).contains("About wanted");
        }
        gone.countDown();
        slow.join();
        assertThat(ended.getCount()).isZero();
    }

    @Test
    void aMessageOfARenumberedMailboxIsNotMistakenForAnother() {
        server.of(MailboxName.INBOX).uidValidity = 77;

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> content.open(viewer, message)).hasMessageContaining("renumbered");
        }
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void whatTheProviderDoesNotHaveAnyMoreIsGone() {
        server.of(MailboxName.INBOX).messages.clear();

        assertThatThrownBy(this::read)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.status()).isEqualTo(410));
        assertThatThrownBy(this::read).hasMessageContaining("does not have the message any more");
        assertThat(opened).hasValue(1);
    }

    @Test
    void whatMayHaveBeenMovedIsToBeAskedForAgain() throws Exception {
        try (ProviderMessage open = content.open(viewer, message)) {
            server.of(MailboxName.INBOX).messages.clear();
            checkInbox(link());

            assertThatThrownBy(() -> open.writeRaw(OutputStream.nullOutputStream()))
                    .satisfies(ProviderContentTest::isToBeAskedForAgain);
        }
        assertThatThrownBy(() -> content.open(viewer, message)).satisfies(ProviderContentTest::isToBeAskedForAgain);

        // When it is decided
        settle(link());

        // Then
        assertThatThrownBy(() -> content.open(viewer, message))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.status()).isEqualTo(404));
    }

    private static void isToBeAskedForAgain(Throwable told) {
        assertThat(told).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.status()).isEqualTo(503);
            assertThat(problem.headers()).containsKey("Retry-After");
        });
    }

    @Test
    void whileAnotherHasTheSecondConnectionAReaderWaitsAndIsThenToldToComeAgain() throws Exception {
        SecondConnections.Place imports = places.takeForImport(account).orElseThrow();

        // When: the import does not give it up
        assertThatThrownBy(() -> content.open(viewer, message))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.status()).isEqualTo(503);
                    assertThat(problem.headers()).containsKey("Retry-After");
                });
        assertThat(opened).hasValue(0);

        // Then: it was asked to, and does
        Awaitility.await().until(imports::isWanted);
        imports.close();
        assertThat(read()).contains("About wanted");
        assertThat(places.takeForImport(account)).isEmpty();
        time.advance(Duration.ofSeconds(21));
        content.endIdle();
        places.takeForImport(account).orElseThrow().close();
    }

    @Test
    void whereTheHostLetsNobodyInInTimeTheReaderIsToldSo() throws Exception {
        ProviderContent slow = over((account, patience) -> {
            assertThat(patience).isEqualTo(new Patience.Reader(LOGIN_MAX));
            throw new NoTurnException(Duration.ofSeconds(25));
        });

        assertSlowLogins(slow, "25");
        // The place of the connection is free again.
        places.takeForImport(account).orElseThrow().close();
    }

    @Test
    void aReaderBehindOneWhoIsNotLetInIsToldTheSame() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        ProviderContent slow = over((account, patience) -> {
            waiting.countDown();
            end.await();
            throw new NoTurnException(LOGIN_MAX);
        });
        Thread first = Thread.ofVirtual()
                .start(() ->
                        assertThatThrownBy(() -> slow.open(viewer, message)).isInstanceOf(ProblemException.class));
        waiting.await();

        assertSlowLogins(slow, "7");

        end.countDown();
        first.join();
    }

    private void assertSlowLogins(ProviderContent slow, String again) {
        assertThatThrownBy(() -> slow.open(viewer, message))
                .hasMessageContaining("accepts log-ins only slowly")
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.status()).isEqualTo(503);
                    assertThat(problem.headers()).containsEntry("Retry-After", again);
                });
    }

    private ProviderContent over(ImapOpener opener) {
        return new ProviderContent(
                database, access, accounts, opener, places, Duration.ofMillis(200), LOGIN_MAX, Duration.ZERO, time);
    }

    @Test
    void aReaderDoesNotTryAPasswordThatIsRefused() {
        database.execute("update account set state = 'auth_failed' where id = $1", account);

        assertThatThrownBy(() -> content.open(viewer, message)).hasMessageContaining("password");
        assertThat(opened).hasValue(0);
    }

    private String read() throws Exception {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        try (ProviderMessage open = content.open(viewer, message)) {
            open.writeRaw(target);
        }
        return target.toString(StandardCharsets.UTF_8);
    }
}
