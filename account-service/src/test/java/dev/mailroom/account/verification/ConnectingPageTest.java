package dev.mailroom.account.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page for support people says what every category means, and nothing else. */
class ConnectingPageTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_]+)` \\| [^|]{5,} \\| [^|]{5,} \\|$");

    @Test
    void namesEveryCategoryOnce() throws IOException {
        List<String> named =
                ROW.matcher(page()).results().map(row -> row.group(1)).toList();

        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of("ok"),
                                Arrays.stream(Category.values()).map(Category::wireName))
                        .toList());
    }

    @Test
    void namesEveryStageOfALogIn() throws IOException {
        for (Stage stage : Stage.values()) {
            // What comes after the log-in is no matter of this page.
            if (stage != Stage.COMMAND) {
                assertThat(page()).contains("`" + stage.wireName() + "`");
            }
        }
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("../docs/connecting.md"));
    }
}
