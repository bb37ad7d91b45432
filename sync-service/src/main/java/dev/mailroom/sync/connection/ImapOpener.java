package dev.mailroom.sync.connection;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.account.CredentialsUnavailableException;

/** Opens a session for an account; in tests a script stands behind it. */
public interface ImapOpener {
    /**
     * Waits for the host's turn, then connects and logs in.
     *
     * @throws CredentialsUnavailableException before anything was sent to the server
     * @throws NoTurnException before anything was sent to the server: no turn within {@code patience}
     */
    ImapSession open(Account account, Patience patience)
            throws MailException, CredentialsUnavailableException, NoTurnException, InterruptedException;
}
