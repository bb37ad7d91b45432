package dev.mailroom.localstack.connect;

import dev.mailroom.localstack.terminal.CommandFailure;
import java.io.Console;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks a person at the terminal. */
final class Questions {

    private final @Nullable Console console;

    Questions() {
        Console found = System.console();
        this.console = found != null && found.isTerminal() ? found : null;
    }

    /** @param suggestion what an empty answer means, or null where there must be one */
    String ask(String label, @Nullable String suggestion) {
        Console terminal = require(label);
        while (true) {
            String answer = terminal.readLine("%s%s: ", label, suggestion == null ? "" : " [" + suggestion + "]");
            if (answer == null) {
                throw new CommandFailure("nothing was connected");
            }
            if (!answer.isBlank()) {
                return answer.strip();
            }
            if (suggestion != null) {
                return suggestion;
            }
        }
    }

    /** Asks a question that an empty answer agrees to; without a terminal the answer is no. */
    boolean confirm(String label) {
        if (console == null) {
            return false;
        }
        String answer = console.readLine("%s? [Y/n]: ", label);
        return answer != null
                && (answer.isBlank() || answer.strip().toLowerCase(Locale.ROOT).startsWith("y"));
    }

    String askHidden(String label) {
        char[] answer = require(label).readPassword("%s: ", label);
        if (answer == null || answer.length == 0) {
            throw new CommandFailure("nothing was connected: there is no password");
        }
        return new String(answer);
    }

    private Console require(String label) {
        if (console == null) {
            throw new CommandFailure(label + " is not given and there is no terminal to ask at; see --help");
        }
        return console;
    }
}
