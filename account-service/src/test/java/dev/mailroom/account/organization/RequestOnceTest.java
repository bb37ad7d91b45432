package dev.mailroom.account.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.ProblemException;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RequestOnceTest extends ServiceTest {
    private static final String ENDPOINT = "POST /v1/things";

    @Inject
    RequestOnce once;

    @Inject
    TenantTransactions transactions;

    private final AtomicInteger runs = new AtomicInteger();
    private final Viewer viewer = new Viewer(organization, user, true);

    record Asked(String name, List<UUID> people) {}

    record Answered(int number, String displayName) {}

    private final Asked asked = new Asked("a", List.of(user));

    @Test
    void answersTheSameRequestAgainWithoutDoingItAgain() {
        Answered first = request(viewer, "k", ENDPOINT, asked);

        assertThat(request(viewer, "k", ENDPOINT, new Asked("a", List.of(user))))
                .isEqualTo(first);
        assertThat(runs).hasValue(1);
    }

    @Test
    void doesTheWorkAsOftenAsItIsAskedForWithoutAKey() {
        request(viewer, null, ENDPOINT, asked);
        request(viewer, null, ENDPOINT, asked);

        assertThat(runs).hasValue(2);
    }

    @Test
    void refusesTheKeyOfAnotherRequest() {
        request(viewer, "k", ENDPOINT, asked);

        assertThatThrownBy(() -> request(viewer, "k", ENDPOINT, new Asked("b", List.of(user))))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.status()).isEqualTo(409);
                    assertThat(problem.slug()).isEqualTo("idempotency-key-reused");
                });
        assertThat(runs).hasValue(1);
    }

    @Test
    void keepsKeysOfOthersApart() {
        request(viewer, "k", ENDPOINT, asked);
        request(viewer, "k", "POST /v1/others", asked);
        request(new Viewer(organization, UUID.randomUUID(), true), "k", ENDPOINT, asked);
        request(new Viewer(UUID.randomUUID(), user, true), "k", ENDPOINT, asked);

        assertThat(runs).hasValue(4);
    }

    @Test
    void forgetsARequestThatFailed() {
        assertThatThrownBy(() -> transactions.inOrganization(
                        organization,
                        session -> once.once(
                                session,
                                viewer,
                                key("k"),
                                ENDPOINT,
                                asked,
                                Answered.class,
                                () -> Uni.createFrom().failure(new IllegalStateException("broken")))))
                .hasMessage("broken");

        assertThat(request(viewer, "k", ENDPOINT, asked).number()).isEqualTo(1);
    }

    @Test
    void doesTheWorkOnceWhenTheSameRequestComesManyTimesAtOnce() throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answered>> answers = IntStream.range(0, 8)
                    .mapToObj(_ -> clients.submit(() -> request(viewer, "at-once", ENDPOINT, asked)))
                    .toList();
            for (Future<Answered> answer : answers) {
                assertThat(answer.get().number()).isEqualTo(1);
            }
        }
        assertThat(runs).hasValue(1);
    }

    @Test
    void forgetsAKeyAfterTwoDays() {
        request(viewer, "old", ENDPOINT, asked);
        request(viewer, "new", ENDPOINT, asked);
        rows("update request_keys set created_at = created_at - interval '49 hours' where key = 'old' and user_id = '"
                + user + "' returning 1");

        once.prune().await().indefinitely();

        assertThat(rows("select key from request_keys where user_id = '" + user + "'"))
                .containsExactly("new");
    }

    private Answered request(Viewer as, @Nullable String key, String endpoint, Asked request) {
        return transactions.inOrganization(
                as.organization(),
                session -> once.once(
                        session,
                        as,
                        key(key),
                        endpoint,
                        request,
                        Answered.class,
                        () -> Uni.createFrom().item(() -> new Answered(runs.incrementAndGet(), "n"))));
    }

    private static Optional<IdempotencyKey> key(@Nullable String key) {
        return IdempotencyKey.of(key);
    }
}
