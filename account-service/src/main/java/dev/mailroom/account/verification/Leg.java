package dev.mailroom.account.verification;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Server;

/** Which of the two servers of a mailbox. */
public enum Leg {
    @JsonProperty("imap")
    IMAP(993, 143),
    @JsonProperty("smtp")
    SMTP(465, 587);

    private final int tlsPort;
    private final int starttlsPort;

    Leg(int tlsPort, int starttlsPort) {
        this.tlsPort = tlsPort;
        this.starttlsPort = starttlsPort;
    }

    /** Usual port with TLS from the first byte. */
    public int tlsPort() {
        return tlsPort;
    }

    /** Usual port with STARTTLS. */
    public int starttlsPort() {
        return starttlsPort;
    }

    /** Usual port of an encryption. */
    public int portOf(Encryption encryption) {
        return encryption == Encryption.TLS ? tlsPort : starttlsPort;
    }

    /** The encryption that is recommended where both are there. */
    public Encryption usualEncryption() {
        return this == IMAP ? Encryption.TLS : Encryption.STARTTLS;
    }

    Server serverOf(MailboxLogin login) {
        return this == IMAP ? login.imap() : login.smtp();
    }
}
