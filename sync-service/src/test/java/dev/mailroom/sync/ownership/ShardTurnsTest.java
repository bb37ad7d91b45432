package dev.mailroom.sync.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A release does not wait for a PostgreSQL that does not answer, and nothing is owned under an epoch that was not raised for it. */
@Timeout(60)
class ShardTurnsTest {
    private final Epochs epochs = new Epochs();
    private final Owner owner = new Owner();
    private final ShardTurns turns = new ShardTurns(epochs, owner);

    @Test
    void takesWhatItIsGivenUnderTheEpochsThatWereRaised() {
        turns.take(Set.of(1, 2));

        await().until(() -> owner.acquired.size() == 2);
        assertThat(owner.acquired).containsExactlyInAnyOrder(new Fence(1, 1), new Fence(2, 1));
    }

    @Test
    void aReleaseDoesNotWaitForARaiseThatHangs() throws Exception {
        epochs.hangs = 1;
        turns.take(Set.of(1));
        epochs.begun.await();

        assertThat(turns.release(Set.of(1), false)).isTrue();

        assertThat(owner.done).containsExactly("lost [1]");
        assertThat(turns.retake(Set::of, ShardTurns.RELEASE_MAX)).isTrue();
        assertThat(owner.acquired).isEmpty();
    }

    @Test
    void aReleaseWithoutPostgresDoesNotWaitForARaiseThatHangs() throws Exception {
        epochs.hangs = 1;
        turns.take(Set.of(1));
        epochs.begun.await();

        assertThat(turns.release(Set.of(1), true)).isTrue();

        assertThat(owner.done).containsExactly("lost at once [1]");
    }

    @Test
    void whatIsStillOursIsTakenAfterTheRelease() throws Exception {
        epochs.hangs = 1;
        turns.take(Set.of(1, 2));
        epochs.begun.await();
        turns.take(Set.of(3));

        assertThat(turns.release(Set.of(1), false)).isTrue();

        await().until(() -> owner.acquired.size() == 2);
        assertThat(owner.acquired).extracting(Fence::shard).containsExactlyInAnyOrder(2, 3);
        assertThat(owner.done.getFirst()).isEqualTo("lost [1]");
    }

    @Test
    void aRaiseThatIsAnsweredTooLateIsNotActedOn() throws Exception {
        epochs.hangs = 1;
        epochs.answersLate = true;
        turns.take(Set.of(1, 2));
        epochs.begun.await();

        assertThat(turns.release(Set.of(1), false)).isTrue();
        turns.take(Set.of(1));

        await().until(() -> owner.acquired.size() == 2);
        // Epoch 1 was raised before the release: somebody else may have had the shard since.
        assertThat(owner.acquired).allMatch(fence -> fence.epoch() > 1);
    }

    @Test
    void aReleaseDoesNotWaitForASessionThatCannotBeStarted() throws Exception {
        owner.hangs = 1;
        turns.take(Set.of(1, 2));
        owner.begun.await();

        assertThat(turns.release(Set.of(1), false)).isTrue();

        await().until(() -> owner.acquired.equals(List.of(new Fence(2, 2))));
        assertThat(owner.done).containsExactly("lost [1]", "acquired 2");
    }

    @Test
    void whoLooksForWhatIsGoneDoesNotWaitForARaiseThatHangs() throws Exception {
        epochs.hangs = 1;
        turns.take(Set.of(1));
        epochs.begun.await();
        AtomicInteger asked = new AtomicInteger();

        assertThat(turns.retake(
                        () -> {
                            asked.incrementAndGet();
                            return Set.of();
                        },
                        ShardTurns.GIVE_WAY_MAX))
                .isFalse();

        assertThat(turns.release(Set.of(1), true)).isTrue();
        assertThat(turns.retake(Set::of, ShardTurns.RELEASE_MAX)).isTrue();
        assertThat(asked).hasValue(0);
    }

    @Test
    void aRaiseThatFailsIsTriedAgain() {
        epochs.fails = 1;
        turns.take(Set.of(1));

        await().until(() -> owner.acquired.equals(List.of(new Fence(1, 1))));
    }

    /** Waits for an answer that never comes, as a statement does. */
    private static void hang(CountDownLatch begun) {
        begun.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Epochs implements ShardTurns.Raise {
        private final CountDownLatch begun = new CountDownLatch(1);
        private volatile int hangs;
        private volatile int fails;
        private volatile boolean answersLate;
        private int raised;

        @Override
        public List<Fence> raise(Collection<Integer> shards) {
            if (fails > 0) {
                fails = 0;
                throw new CompletionException(new IllegalStateException("no connection"));
            }
            long epoch = ++raised;
            if (hangs > 0) {
                hangs = 0;
                hang(begun);
                if (!answersLate) {
                    throw new CompletionException(new InterruptedException());
                }
                // As if nobody had wanted it to end.
                boolean unused = Thread.interrupted();
            }
            List<Fence> fences = new ArrayList<>();
            shards.stream().sorted().forEach(shard -> fences.add(new Fence(shard, epoch)));
            return fences;
        }
    }

    private static final class Owner implements ShardOwner {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final List<Fence> acquired = new CopyOnWriteArrayList<>();
        private final List<String> done = new CopyOnWriteArrayList<>();
        private volatile int hangs;

        @Override
        public void acquired(Fence fence) {
            if (hangs > 0) {
                hangs = 0;
                hang(begun);
                throw new CompletionException(new InterruptedException());
            }
            done.add("acquired " + fence.shard());
            acquired.add(fence);
        }

        @Override
        public boolean serves(int shard) {
            return acquired.stream().anyMatch(fence -> fence.shard() == shard);
        }

        @Override
        public void lost(Collection<Integer> shards, boolean atOnce) {
            done.add("lost " + (atOnce ? "at once " : "") + shards);
        }
    }
}
