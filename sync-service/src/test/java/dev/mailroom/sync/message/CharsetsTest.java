package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CharsetsTest {
    @ParameterizedTest
    @CsvSource({
        "iso-2022-jp, ISO-2022-JP, 日本語のメール",
        "Shift_JIS, windows-31j, 日本語①",
        "cp932, windows-31j, 髙島屋",
        "euc-jp, EUC-JP, 日本語",
        "gb2312, GB18030, 朱镕基",
        "gbk, GB18030, 汉字",
        "GB18030, GB18030, 㐀汉字",
        "big5, Big5, 漢字",
        "ks_c_5601-1987, x-windows-949, 똠방각하",
        "koi8-r, KOI8-R, Привет",
        "koi8-u, KOI8-U, Їжак",
        "windows-1251, windows-1251, Привет",
        "windows-1256, windows-1256, سلام",
        "iso-8859-1, windows-1252, 5 € – “quoted”",
        "iso-8859-8-i, ISO-8859-8, שלום",
        "us-ascii, UTF-8, Grüße",
        "iso-8859-1, UTF-8, Grüße 日本",
        "utf-8, windows-1252, Grüße",
        "utf-8, windows-1252, Jörg",
        "x-unknown, UTF-8, Grüße",
        "unknown-8bit, windows-1252, Grüße",
        "'no such charset!', windows-1252, Grüße"
    })
    void readsWhatSendersWriteUnderTheNamesThatTheyGiveIt(String said, String written, String text) {
        byte[] bytes = text.getBytes(Charset.forName(written));

        assertThat(Charsets.decodeLeniently(bytes, Charsets.of(said))).isEqualTo(text);
    }

    @Test
    void aTextThatWasCutInTheMiddleOfACharacterIsStillWhatItSays() {
        byte[] cut = java.util.Arrays.copyOf("Straße, Weiß".getBytes(StandardCharsets.UTF_8), 13);
        byte[] onlyOne = java.util.Arrays.copyOf("Weiß".getBytes(StandardCharsets.UTF_8), 4);

        assertThat(Charsets.decodeLeniently(cut, StandardCharsets.UTF_8)).isEqualTo("Straße, Wei\ufffd");
        assertThat(Charsets.decodeLeniently(onlyOne, StandardCharsets.UTF_8)).isEqualTo("Wei\ufffd");
    }

    @ParameterizedTest
    @CsvSource({"utf-7", "UTF-7", "unicode-1-1-utf-7", "x-imap4-modified-utf7", "scsu", "utf-32", "cp037"})
    void refusesCharsetsThatHideMarkup(String name) {
        byte[] hidden = "+ADw-script+AD4-".getBytes(StandardCharsets.US_ASCII);

        assertThat(Charsets.decodeLeniently(hidden, Charsets.of(name))).isEqualTo("+ADw-script+AD4-");
    }

    @Test
    void readsAnything() {
        byte[] every = new byte[256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        assertThat(Charsets.decodeLeniently(every, Charsets.of(null))).hasSize(256);
    }
}
