package dev.mailroom.localstack.terminal;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard output as a person reads it.
 *
 * <p>Colours only on a terminal and without {@code NO_COLOR}. Thread safe: a line is never cut by another.
 */
public final class Terminal {

    private static final String RESET = "\u001b[0m";

    private final PrintStream out;
    private final boolean colours;
    private final boolean interactive;

    /** @param interactive whether lines may be painted over */
    public Terminal(PrintStream out, boolean colours, boolean interactive) {
        this.out = out;
        this.colours = colours;
        this.interactive = interactive;
    }

    /** The terminal that this process was started from, or the pipe or file that stands for it. */
    public static Terminal standard() {
        Console console = System.console();
        boolean terminal = console != null && console.isTerminal();
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        return new Terminal(out, terminal && System.getenv("NO_COLOR") == null, terminal);
    }

    /** Whether a person sees it as it happens. */
    public boolean isInteractive() {
        return interactive;
    }

    public synchronized void line(String text) {
        out.println(text);
    }

    public void blank() {
        line("");
    }

    /** Where a progress bar may paint. */
    public PrintStream stream() {
        return out;
    }

    public String bold(String text) {
        return paint("1", text);
    }

    public String dim(String text) {
        return paint("2", text);
    }

    public String green(String text) {
        return paint("32", text);
    }

    public String red(String text) {
        return paint("31", text);
    }

    public String cyan(String text) {
        return paint("36", text);
    }

    private String paint(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + RESET : text;
    }

    /** Cuts a text from elsewhere to a width and takes out what could move the cursor. */
    public static String clean(String text, int widthMax) {
        String visible = text.replaceAll("\\p{Cntrl}", " ");
        return visible.length() <= widthMax ? visible : visible.substring(0, widthMax - 1) + "…";
    }
}
