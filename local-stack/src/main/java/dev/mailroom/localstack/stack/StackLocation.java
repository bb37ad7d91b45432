package dev.mailroom.localstack.stack;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says which stack is meant. */
public final class StackLocation {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder of the stack (default: MAILROOM_DATA, else ~/.mailroom/data; for root"
                    + " /var/lib/mailroom).")
    @Nullable
    Path data;

    public DataFolder folder() {
        return DataFolder.choose(data);
    }
}
