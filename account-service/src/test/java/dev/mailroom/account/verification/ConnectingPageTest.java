package dev.mailroom.account.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page for support people says what every category means that a log-in can end with, and nothing else; each is seen here. */
class ConnectingPageTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_]+)` \\| [^|]{5,} \\| [^|]{5,} \\|$");

    /** A log-in neither fetches nor sends a message. */
    private static final Set<Category> NOT_AT_A_LOG_IN = EnumSet.of(Category.MESSAGE_TOO_LARGE);

    static List<String> rows() throws IOException {
        return ROW.matcher(page()).results().map(row -> row.group(1)).toList();
    }

    @Test
    void namesEveryCategoryOfALogInOnce() throws IOException {
        assertThat(rows())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of("ok"),
                                EnumSet.complementOf(EnumSet.copyOf(NOT_AT_A_LOG_IN)).stream()
                                        .map(Category::wireName))
                        .toList());
    }

    @Test
    void hasARowForEverythingThatIsShown() throws IOException {
        assertThat(ShownCategories.byCategory().keySet()).containsExactlyInAnyOrderElementsOf(rows());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void saysWhatReallyHappens(String category) throws Exception {
        ShownCategories.Shown shown =
                Objects.requireNonNull(ShownCategories.byCategory().get(category));
        try (VerifyScene scene = shown.scene()) {
            LegDiagnosis diagnosis = shown.attempt().in(scene);

            assertThat(diagnosis.stage() + " " + diagnosis.category()).isEqualTo(shown.stage() + " " + category);
        }
    }

    @Test
    void isShownForEveryStageThatItNames() throws IOException {
        // What comes after the log-in is no matter of this page.
        List<String> stages = Arrays.stream(Stage.values())
                .filter(stage -> stage != Stage.COMMAND)
                .map(Stage::wireName)
                .toList();

        assertThat(page())
                .contains(stages.stream().map(stage -> "`" + stage + "`").toList());
        assertThat(ShownCategories.byCategory().values())
                .extracting(ShownCategories.Shown::stage)
                .containsOnly(stages.toArray(String[]::new));
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("../docs/connecting.md"));
    }
}
