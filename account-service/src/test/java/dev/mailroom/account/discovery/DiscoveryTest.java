package dev.mailroom.account.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.account.discovery.Lookup.Outcome;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.http.ProblemException;
import dev.mailroom.testkit.MutableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** All places together: time, memory and bounds. */
class DiscoveryTest {
    private static final MailAddress ANA = MailAddress.parse("ana@example.test").orElseThrow();
    private static final Server SERVER = new Server("mail.example.test", 993, Encryption.TLS);

    private final MutableClock clock = MutableClock.at("2026-11-20T10:00:00Z");
    private final AtomicInteger searches = new AtomicInteger();
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final Viewer viewer = new Viewer(UUID.randomUUID(), UUID.randomUUID(), true);
    private NetworkSearches network = new NetworkSearches(List.of());

    @AfterEach
    void stop() {
        network.stop();
    }

    @Test
    void cutsOffWhoIsSlowAndKeepsWhatTheOthersFound() throws Exception {
        Discovery discovery = discovery(place(Source.SRV, this::never), place(Source.MX, () -> found(Source.MX)));
        long begin = System.nanoTime();

        Findings findings = discovery.find(viewer, ANA);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        assertThat(findings.data()).extracting(Candidate::source).containsExactly(Source.MX);
        assertThat(findings.partial()).isTrue();
        assertThat(findings.lookedFor())
                .extracting(Lookup::outcome)
                .containsExactly(Outcome.NOTHING, Outcome.TIMEOUT, Outcome.FOUND);
        assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void letsNoPlaceThatBreaksHideTheOthers() {
        Findings findings = discovery(
                        place(Source.SRV, () -> {
                            throw new IllegalStateException("broken on purpose");
                        }),
                        place(Source.GUESS, () -> found(Source.GUESS)))
                .find(viewer, ANA);

        assertThat(findings.data()).extracting(Candidate::source).containsExactly(Source.GUESS);
        assertThat(findings.partial()).isTrue();
    }

    @Test
    void listsTheSameServersOnceAtTheMostTrustedPlace() {
        Findings findings = discovery(
                        place(Source.SRV, () -> found(Source.SRV)), place(Source.GUESS, () -> found(Source.GUESS)))
                .find(viewer, ANA);

        assertThat(findings.data()).extracting(Candidate::source).containsExactly(Source.SRV);
    }

    @Test
    void asksNobodyAboutADomainThatItKnows() {
        Findings findings = discovery(place(Source.SRV, () -> found(Source.SRV)))
                .find(viewer, MailAddress.parse("ana@gmail.com").orElseThrow());

        assertThat(findings.data()).extracting(Candidate::source).containsExactly(Source.DATABASE);
        assertThat(searches).hasValue(0);
    }

    @Test
    void remembersWhatItFoundForEachOrganization() {
        Discovery discovery = discovery(place(Source.SRV, () -> found(Source.SRV)));

        discovery.find(viewer, ANA);
        discovery.find(new Viewer(viewer.organization(), UUID.randomUUID(), false), ANA);
        assertThat(searches).hasValue(1);

        discovery.find(new Viewer(UUID.randomUUID(), viewer.user(), true), ANA);
        assertThat(searches).hasValue(2);
    }

    @Test
    void givesEachUserSoManyLookUpsInAnHour() {
        Discovery discovery = discovery(place(Source.SRV, () -> found(Source.SRV)));
        for (int i = 0; i < 3; i++) {
            discovery.find(viewer, address(i));
        }
        clock.advance(Duration.ofMinutes(20));

        assertThatThrownBy(() -> discovery.find(viewer, address(3)))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.status()).isEqualTo(429);
                    assertThat(problem.headers()).containsEntry("Retry-After", "2400");
                });
        assertThat(discovery.find(viewer, address(0)).data())
                .as("known already")
                .isNotEmpty();
        assertThat(discovery
                        .find(new Viewer(viewer.organization(), UUID.randomUUID(), true), address(3))
                        .data())
                .isNotEmpty();
        clock.advance(Duration.ofMinutes(40));
        assertThat(discovery.find(viewer, address(4)).data()).isNotEmpty();
    }

    private Discovered never() throws InterruptedException {
        try {
            new CountDownLatch(1).await();
            throw new IllegalStateException("nobody opens this latch");
        } catch (InterruptedException stop) {
            interrupted.countDown();
            throw stop;
        }
    }

    private static MailAddress address(int number) {
        return MailAddress.parse("ana@example" + number + ".test").orElseThrow();
    }

    private static Discovered found(Source source) {
        return Discovered.found(new Candidate(
                source, null, true, false, SERVER, SERVER, "{email}", "a", AppPassword.UNKNOWN, null, null));
    }

    @FunctionalInterface
    private interface Answer {
        Discovered give() throws InterruptedException;
    }

    private Search place(Source source, Answer answer) {
        return new Search() {
            @Override
            public Source source() {
                return source;
            }

            @Override
            public String asked(MailAddress address) {
                return "a test";
            }

            @Override
            public Discovered search(MailAddress address) throws InterruptedException {
                searches.incrementAndGet();
                return answer.give();
            }
        };
    }

    private Discovery discovery(Search... places) {
        network = new NetworkSearches(List.of(places));
        return new Discovery(new Providers(), network, new Settings(), new SimpleMeterRegistry(), clock);
    }

    private static final class Settings implements DiscoveryConfig {
        @Override
        public boolean network() {
            return true;
        }

        @Override
        public Duration timeout() {
            return Duration.ofMillis(500);
        }

        @Override
        public Duration dnsTimeout() {
            return Duration.ofMillis(500);
        }

        @Override
        public Duration autoconfigTimeout() {
            return Duration.ofMillis(500);
        }

        @Override
        public Optional<List<String>> dnsServers() {
            return Optional.empty();
        }

        @Override
        public int cacheMaxEntries() {
            return 100;
        }

        @Override
        public Duration cacheTtl() {
            return Duration.ofHours(1);
        }

        @Override
        public Duration cacheTtlOfGaps() {
            return Duration.ofMinutes(1);
        }

        @Override
        public int lookupsPerUserAndHour() {
            return 3;
        }

        @Override
        public int concurrentMax() {
            return 4;
        }
    }
}
