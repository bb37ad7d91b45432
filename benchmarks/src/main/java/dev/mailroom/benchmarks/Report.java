package dev.mailroom.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The figures of one benchmark, as a table for people and as JSON for the next run. */
final class Report {
    /**
     * One figure.
     *
     * @param atLeast target, or null
     * @param atMost target, or null
     */
    record Figure(
            String name,
            double value,
            String unit,
            @Nullable Double atLeast,
            @Nullable Double atMost) {
        boolean met() {
            return (atLeast == null || value >= atLeast) && (atMost == null || value <= atMost);
        }

        String target() {
            if (atLeast != null) {
                return String.format(Locale.ROOT, ">= %,.0f %s", atLeast, met() ? "met" : "MISSED");
            }
            return atMost == null ? "" : String.format(Locale.ROOT, "<= %,.0f %s", atMost, met() ? "met" : "MISSED");
        }
    }

    private final String benchmark;
    private final List<Figure> figures = new ArrayList<>();

    Report(String benchmark) {
        this.benchmark = benchmark;
    }

    void add(String name, double value, String unit) {
        figures.add(new Figure(name, value, unit, null, null));
    }

    void addAtLeast(String name, double value, String unit, double target) {
        figures.add(new Figure(name, value, unit, target, null));
    }

    void addAtMost(String name, double value, String unit, double target) {
        figures.add(new Figure(name, value, unit, null, target));
    }

    boolean targetsMet() {
        return figures.stream().allMatch(Figure::met);
    }

    void print(PrintStream out) {
        out.printf("%n%s on %d cores, JDK %s%n", benchmark, cores(), Runtime.version());
        out.println("-".repeat(92));
        for (Figure figure : figures) {
            out.printf(
                    Locale.ROOT, "%-50s %,12.1f %-10s %s%n", figure.name, figure.value, figure.unit, figure.target());
        }
        out.println("-".repeat(92));
    }

    /** @return the file */
    Path write(Path folder) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("benchmark", benchmark);
        json.put("cores", cores());
        json.put("jdk", Runtime.version().toString());
        json.put("figures", figures);
        Files.createDirectories(folder);
        Path file = folder.resolve(benchmark + ".json");
        Files.writeString(
                file,
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json));
        return file.toAbsolutePath().normalize();
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }
}
