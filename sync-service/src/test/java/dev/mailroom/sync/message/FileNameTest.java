package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNameTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "report.pdf|report.pdf",
                "../../etc/passwd|passwd",
                "C:\\Windows\\evil.exe|evil.exe",
                "a/b\\c.txt|c.txt",
                "..|-",
                ". .|-",
                "dir/|-",
                "''|-",
                "'  spaced   name.txt '|spaced name.txt",
                "invoice\u202egpj.exe|invoicegpj.exe",
                "zero\u200bwidth\ufeff.txt|zerowidth.txt",
                "Grüße.pdf|Grüße.pdf"
            })
    void keepsTheLastPartOfAPathAndNothingThatDeceives(String name, @Nullable String expected) {
        assertThat(FileName.clean(name)).isEqualTo(expected);
    }

    @Test
    void cutsWhatNoFileSystemTakes() {
        String cut = Objects.requireNonNull(FileName.clean("ü".repeat(300)));

        assertThat(cut.getBytes(StandardCharsets.UTF_8).length).isBetween(200, FileName.NAME_MAX_BYTES);
    }

    @Test
    void writesAHeaderThatCannotBeBrokenOutOf() {
        assertThat(FileName.disposition("attachment", "a\"b\\c;d\r\nSet-Cookie: x=1.txt"))
                .isEqualTo("attachment; filename=\"c;d Set-Cookie: x=1.txt\"");
        assertThat(FileName.disposition("attachment", "say \"hi\" 100%.txt"))
                .isEqualTo("attachment; filename=\"say _hi_ 100_.txt\"; filename*=UTF-8''say%20%22hi%22%20100%25.txt");
        assertThat(FileName.disposition("inline", "日本.png"))
                .isEqualTo("inline; filename=\"__.png\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.png");
        assertThat(FileName.disposition("attachment", "../")).isEqualTo("attachment; filename=\"attachment\"");
        assertThat(FileName.disposition("attachment", null)).isEqualTo("attachment; filename=\"attachment\"");
        assertThat(FileName.disposition("attachment", "\ud83d\ude00.txt"))
                .isEqualTo("attachment; filename=\"_.txt\"; filename*=UTF-8''%F0%9F%98%80.txt");
    }
}
