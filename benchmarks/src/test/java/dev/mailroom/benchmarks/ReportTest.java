package dev.mailroom.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    @Test
    void saysWhichTargetIsMissed() {
        Report report = new Report("sample");
        report.add("free", 1, "ms");
        report.addAtLeast("rate", 10_000, "events/s", 10_000);
        assertThat(report.targetsMet()).isTrue();
        report.addAtMost("p99", 50.1, "ms", 50);

        assertThat(report.targetsMet()).isFalse();
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        report.print(new PrintStream(table, true, StandardCharsets.UTF_8));
        assertThat(table.toString(StandardCharsets.UTF_8))
                .contains(">= 10,000 met")
                .contains("<= 50 MISSED");
    }

    @Test
    void writesTheFiguresAsJson(@TempDir Path folder) throws Exception {
        Report report = new Report("sample");
        report.addAtMost("p99", 12.5, "ms", 50);

        JsonNode json = new ObjectMapper()
                .readTree(report.write(folder.resolve("bench")).toFile());

        assertThat(json.at("/benchmark").asText()).isEqualTo("sample");
        assertThat(json.at("/figures/0/value").asDouble()).isEqualTo(12.5);
        assertThat(json.at("/figures/0/atMost").asDouble()).isEqualTo(50);
    }
}
