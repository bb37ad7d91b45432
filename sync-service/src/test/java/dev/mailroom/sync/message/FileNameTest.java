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
                "soft\u00adhyphen\u2066.txt|softhyphen.txt",
                "bill.pdf\u3164\u2800\uffa0\u115f.exe|bill.pdf.exe",
                "tag\udb40\udc41s.txt|tags.txt",
                "setup.exe. . .|setup.exe",
                "setup.exe\u3000.|setup.exe",
                ".htaccess|.htaccess",
                "\ud800lone.txt|\ufffdlone.txt",
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
    void whatIsCutStaysWhatItIs() {
        assertThat(FileName.clean("a".repeat(300) + ".pdf")).endsWith("a.pdf").hasSize(FileName.NAME_MAX_CHARS);
        assertThat(FileName.clean("d".repeat(300) + "/" + "f".repeat(5) + ".pdf"))
                .isEqualTo("fffff.pdf");
        assertThat(FileName.clean("x." + "e".repeat(300))).hasSize(FileName.NAME_MAX_CHARS);
        String wide = Objects.requireNonNull(FileName.clean("日".repeat(300) + ".gz"));
        assertThat(wide).endsWith("日.gz");
        assertThat(wide.getBytes(StandardCharsets.UTF_8).length).isBetween(240, FileName.NAME_MAX_BYTES);
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
