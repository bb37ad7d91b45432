package dev.mailroom.sync.connection;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.account.CredentialsUnavailableException;

/** Opens a session for an account; in tests a script stands behind it. */
public interface ImapOpener {
    ImapSession open(Account account) throws MailException, CredentialsUnavailableException, InterruptedException;
}
