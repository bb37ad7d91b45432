package dev.mailroom.account.account;

import dev.mailroom.account.verification.Leg;
import dev.mailroom.account.verification.MailboxLogin;
import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.contracts.AccountState.Sharing;
import dev.mailroom.mailclient.Secret;

/** A checked form with all defaults filled in. Only {@link FormCheck} makes one. */
record AccountForm(
        Kind kind,
        String displayName,
        String email,
        String username,
        Secret password,
        Server imap,
        Server smtp,
        History history,
        Sharing sharing,
        Sidebar sidebar) {

    static final int DISPLAY_NAME_MAX_CHARACTERS = 200;
    static final int EMAIL_MAX_CHARACTERS = 254;
    static final int EMAIL_LOCAL_PART_MAX_CHARACTERS = 64;
    static final int USERNAME_MAX_CHARACTERS = 320;
    static final int PASSWORD_MAX_BYTES = 1_024;
    static final int HOST_MAX_CHARACTERS = 253;
    static final int SHARED_USERS_MAX = 1_000;
    static final int PORT_MAX = 65_535;
    static final History HISTORY_DEFAULT = History.ONE_YEAR;

    MailboxLogin login() {
        return new MailboxLogin(kind, email, username, imap, smtp);
    }

    /** The usual encryption of a port; TLS for IMAP and STARTTLS for SMTP where the port says nothing. */
    static Encryption encryptionOf(Leg leg, int port) {
        if (port == leg.tlsPort()) {
            return Encryption.TLS;
        }
        if (port == leg.starttlsPort()) {
            return Encryption.STARTTLS;
        }
        return leg == Leg.IMAP ? Encryption.TLS : Encryption.STARTTLS;
    }

    static int portOf(Leg leg, Encryption encryption) {
        return encryption == Encryption.TLS ? leg.tlsPort() : leg.starttlsPort();
    }
}
