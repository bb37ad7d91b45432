package dev.mailroom.account.account;

import dev.mailroom.account.organization.Viewer;
import dev.mailroom.account.verification.MailboxLogin;
import dev.mailroom.account.verification.Verification;
import dev.mailroom.account.verification.Verifier;
import dev.mailroom.account.verification.VerifyAttempts;
import dev.mailroom.mailclient.Secret;
import jakarta.enterprise.context.ApplicationScoped;

/** Log-ins to mailboxes, within what a user may try and what a mailbox may see. Every method blocks its virtual thread. */
@ApplicationScoped
class LogInTries {
    private final Verifier verifier;
    private final VerifyAttempts attempts;

    LogInTries(Verifier verifier, VerifyAttempts attempts) {
        this.verifier = verifier;
        this.attempts = attempts;
    }

    /**
     * Counts the try before anything is done with it.
     *
     * @throws dev.mailroom.http.ProblemException 429, 503
     */
    Verification verify(Viewer viewer, MailboxLogin login, Secret password) {
        String mailbox = MailboxNames.key(login.imap().host(), login.username(), login.email());
        VerifyAttempts.Counted counted = attempts.count(viewer.organization(), viewer.user(), mailbox);
        Verification verification = verifier.verify(login, password);
        if (verification.isOk()) {
            attempts.giveBack(counted);
        }
        return verification;
    }

    /**
     * Counts a log-in that sync-service is going to make because somebody asked for it.
     *
     * @throws dev.mailroom.http.ProblemException 429
     */
    void countSession(AccountRow row) {
        attempts.count(row.organizationId, MailboxNames.key(row.imapHost, row.username, row.email));
    }
}
