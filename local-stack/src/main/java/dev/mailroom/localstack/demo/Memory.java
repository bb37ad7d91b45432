package dev.mailroom.localstack.demo;

import dev.mailroom.localstack.terminal.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/** How much memory processes hold (resident set), as {@code ps} says on every Unix. */
final class Memory {

    private static final int KIB_PER_MIB = 1024;

    private Memory() {}

    static String of(Map<String, Long> processes) {
        var parts = new ArrayList<String>();
        new TreeMap<>(processes).forEach((name, pid) -> {
            long kib = residentKib(pid);
            if (kib > 0) {
                parts.add(name + " " + kib / KIB_PER_MIB + " MiB");
            }
        });
        return String.join(", ", parts);
    }

    /** 0 where the process is gone or there is no {@code ps}. */
    private static long residentKib(long pid) {
        try {
            Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
            String output = new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return ps.waitFor() == 0 && !output.isEmpty() ? Long.parseLong(output) : 0;
        } catch (IOException | NumberFormatException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while memory was measured", e);
        }
    }
}
