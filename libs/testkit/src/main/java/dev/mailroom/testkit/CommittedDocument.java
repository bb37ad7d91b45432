package dev.mailroom.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A document below {@code docs/} that is made from the code and committed, so that a change of it is seen in a review. */
public final class CommittedDocument {
    /** The system property that makes a test write the document in place of checking it. */
    private static final String WRITE = "docs.write";

    private CommittedDocument() {}

    /**
     * Fails if the committed document says something else than the code; writes it if the tests run with {@code -Ddocs.write=true}.
     *
     * @param name below {@code docs/}, which is beside the folder of the module that is tested
     */
    public static void require(String name, String current) {
        Path file = Path.of("../docs").resolve(name);
        try {
            if (Boolean.getBoolean(WRITE)) {
                Files.createDirectories(file.resolve("..").normalize());
                Files.writeString(file, current);
            }
            assertThat(file)
                    .as("write it with -D" + WRITE + "=true and commit it")
                    .exists();
            assertThat(Files.readString(file))
                    .as("docs/" + name + " is not what the code says: write it with -D" + WRITE + "=true and commit it")
                    .isEqualTo(current);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
