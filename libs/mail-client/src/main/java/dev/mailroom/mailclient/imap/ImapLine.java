package dev.mailroom.mailclient.imap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.angus.mail.iap.ProtocolException;
import org.eclipse.angus.mail.imap.protocol.IMAPResponse;

/** One answer of the server with its literals; Angus finds its end and its kind, {@link Tokens} read the rest. */
final class ImapLine extends IMAPResponse {
    ImapLine(ImapWire wire) throws IOException, ProtocolException {
        super(wire);
    }

    /** The parts behind the tag, the asterisk, and OK, NO, BAD or BYE. */
    Tokens tokens() {
        return new Tokens(buffer, pindex, Math.max(pindex, size));
    }

    /** OK, NO, BAD or BYE. */
    boolean isStatus() {
        return isOK() || isNO() || isBAD() || isBYE();
    }

    /** What a tagged or untagged status says. */
    StatusText statusText() {
        return StatusText.parse(new String(buffer, pindex, Math.max(0, size - pindex), StandardCharsets.ISO_8859_1));
    }

    /** Length on the wire, in bytes. */
    int bytes() {
        return size + 2;
    }
}
