package dev.mailroom.sync.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ImportPipelineTest {
    private final ImportPipeline pipeline = new ImportPipeline();
    private final List<String> done = new CopyOnWriteArrayList<>();

    @Test
    void storesInOrderAlthoughALaterBatchIsReadFirst() throws Exception {
        CountDownLatch secondIsRead = new CountDownLatch(1);

        pipeline.submit(
                () -> {
                    await(secondIsRead);
                    return () -> done.add("first");
                },
                () -> {});
        pipeline.submit(
                () -> {
                    secondIsRead.countDown();
                    return () -> done.add("second");
                },
                () -> {});
        pipeline.drain();

        assertThat(done).containsExactly("first", "second");
    }

    @Test
    void afterAFailureNothingThatCameLaterIsStored() {
        CountDownLatch bothAreThere = new CountDownLatch(1);
        pipeline.submit(
                () -> () -> {
                    await(bothAreThere);
                    throw new IllegalStateException("not stored");
                },
                () -> done.add("first given back"));
        pipeline.submit(() -> () -> done.add("second"), () -> done.add("second given back"));
        bothAreThere.countDown();

        assertThatThrownBy(pipeline::drain)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("not stored");

        assertThat(done).containsExactlyInAnyOrder("first given back", "second given back");
        pipeline.submit(() -> () -> done.add("third"), () -> {});
        pipeline.drain();
        assertThat(done).endsWith("third");
    }

    @Test
    void noMoreIsHeldThanItsBound() throws Exception {
        CountDownLatch storing = new CountDownLatch(1);
        for (int i = 0; i < ImportPipeline.BEHIND_MAX; i++) {
            pipeline.submit(() -> () -> await(storing), () -> {});
        }
        Thread submitting = Thread.ofVirtual().start(() -> pipeline.submit(() -> () -> done.add("late"), () -> {}));

        assertThat(submitting.join(java.time.Duration.ofMillis(50))).isFalse();
        storing.countDown();
        assertThat(submitting.join(java.time.Duration.ofSeconds(5))).isTrue();
        pipeline.drain();
        assertThat(done).containsExactly("late");
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("waited in vain");
            }
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
