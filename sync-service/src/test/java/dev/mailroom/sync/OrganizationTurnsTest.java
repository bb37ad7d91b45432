package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
@SyncTest
class OrganizationTurnsTest extends HandDrivenSession {
    /** More than the pool has connections. */
    private static final int WRITERS = 40;

    @Test
    void anOrganizationThatWaitsForItselfLeavesThePoolToTheOthers() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(threads.submit(() -> writes.write(fence, organization, tx -> {
                    working.countDown();
                    return await(finish);
                })));
            }
            assertThat(working.await(10, TimeUnit.SECONDS)).isTrue();

            Future<Boolean> other = threads.submit(() -> writes.write(fence, UUID.randomUUID(), tx -> true));

            assertThat(other.get(10, TimeUnit.SECONDS)).isTrue();
            finish.countDown();
            for (Future<Boolean> writer : writers) {
                assertThat(writer.get(30, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            finish.countDown();
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(Duration.ofSeconds(30).toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
