package dev.mailroom.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void givesThePercentileByNearestRank() {
        Latencies latencies = new Latencies(LongStream.rangeClosed(1, 100)
                .map(value -> (101 - value) * 1_000_000)
                .toArray());

        assertThat(latencies.millisAt(0.5)).isEqualTo(50);
        assertThat(latencies.millisAt(0.99)).isEqualTo(99);
        assertThat(latencies.millisAt(1)).isEqualTo(100);
        assertThat(latencies.count()).isEqualTo(100);
    }

    @Test
    void refusesToSayAnythingAboutNothing() {
        assertThatThrownBy(() -> new Latencies(new long[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Latencies(new long[1]).millisAt(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
