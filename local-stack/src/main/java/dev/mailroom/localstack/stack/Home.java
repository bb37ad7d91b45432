package dev.mailroom.localstack.stack;

import dev.mailroom.localstack.terminal.CommandFailure;
import java.nio.file.Path;

/** Where the repository is, as the shell script says. */
public final class Home {

    private static final String PROPERTY = "mailroom.home";

    private Home() {}

    public static Path folder() {
        String home = System.getProperty(PROPERTY);
        if (home == null) {
            throw new CommandFailure("start this with the script ./mailroom");
        }
        return Path.of(home);
    }
}
