package dev.mailroom.send.compose;

import java.io.IOException;
import java.io.OutputStream;

/** Writes every line end as CRLF: CR, LF and CRLF alike. */
final class CrlfOutput extends OutputStream {
    private final OutputStream target;
    private boolean afterCr;
    private boolean lineOpen;

    CrlfOutput(OutputStream target) {
        this.target = target;
    }

    @Override
    public void write(int b) throws IOException {
        boolean secondHalf = afterCr && b == '\n';
        afterCr = b == '\r';
        if (secondHalf) {
            return;
        }
        if (b == '\r' || b == '\n') {
            target.write('\r');
            target.write('\n');
            lineOpen = false;
        } else {
            target.write(b);
            lineOpen = true;
        }
    }

    /** Ends a line that was begun. */
    void endLine() throws IOException {
        if (lineOpen) {
            write('\n');
        }
    }
}
