package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/** Messages that are passed on in slices. */
class ImapStreamTest {
    private static final int SLICE = FetchCommands.SLICE_BYTES;

    private static String slice(long origin, long size, String content) {
        return "* 1 FETCH (UID 7 RFC822.SIZE " + size + " BODY[]<" + origin + "> {" + content.length() + "}\r\n"
                + content + ")";
    }

    @Test
    void asksForSeveralSlicesAtOnceAndPutsThemInOrder() throws Exception {
        long size = 2L * SLICE + 5;
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn();
            c.answer("UID FETCH 7 (UID RFC822.SIZE BODY.PEEK[]<0." + SLICE + ">)", slice(0, size, "a".repeat(SLICE)));
            String second = c.expect("UID FETCH 7 (UID RFC822.SIZE BODY.PEEK[]<" + SLICE + ".");
            String third = c.expect("UID FETCH 7 (UID RFC822.SIZE BODY.PEEK[]<" + 2 * SLICE + ".");
            c.send(slice(2L * SLICE, size, "c".repeat(5))).send(third + " OK done");
            c.send(slice(SLICE, size, "b".repeat(SLICE)))
                    .send(second + " OK done")
                    .hang();
        })) {
            ByteArrayOutputStream target = new ByteArrayOutputStream();

            long written = scripted.session().streamMessage(7, target);

            assertThat(written).isEqualTo(size);
            assertThat(target.toString(java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("a".repeat(SLICE) + "b".repeat(SLICE) + "ccccc");
        }
    }

    @Test
    void goesOnAfterASliceThatIsShorterThanAsked() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn()
                .answer("UID FETCH 7 (UID RFC822.SIZE BODY.PEEK[]<0.", slice(0, 6, "abc"))
                .answer("UID FETCH 7 (UID RFC822.SIZE BODY.PEEK[]<3.", slice(3, 6, "def"))
                .hang())) {
            ByteArrayOutputStream target = new ByteArrayOutputStream();
            assertThat(scripted.session().streamMessage(7, target)).isEqualTo(6);
            assertThat(target).hasToString("abcdef");
        }
    }

    @Test
    void refusesMoreThanWasAskedFor() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn()
                .answer("UID FETCH 7", slice(0, 10, "x".repeat(SLICE + 1)))
                .hang())) {
            MailException failure = catchThrowableOfType(
                    MailException.class, () -> scripted.session().streamMessage(7, OutputStream.nullOutputStream()));
            assertThat(failure.category()).isEqualTo(Category.LIMIT_EXCEEDED);
        }
    }

    @Test
    void closesTheSessionIfTheTargetFails() throws Exception {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("the reader has gone");
            }
        };
        try (ScriptedSession scripted = ScriptedSession.start(
                c -> c.logIn().answer("UID FETCH 7", slice(0, 3, "abc")).hang())) {
            assertThatThrownBy(() -> scripted.session().streamMessage(7, broken))
                    .isInstanceOf(UncheckedIOException.class);
            assertThat(scripted.session().isOpen()).isFalse();
        }
    }
}
