package dev.mailroom.localstack.connect;

import dev.mailroom.localstack.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;

/** A long text as lines that fit a terminal; nothing of it is left out. */
final class Wrapped {
    private static final int WIDTH = 96;

    private Wrapped() {}

    static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : Terminal.clean(text, Integer.MAX_VALUE).strip().split(" +")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
