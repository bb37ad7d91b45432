package dev.mailroom.account.notice;

import dev.mailroom.account.organization.TenantTransactions;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends what waits, one mail after the other. Several replicas may do it at the same time.
 *
 * <p>Claim, commit, send, write down: a crash between any two of these leaves a claimed mail, which counts as uncertain when the claim
 * runs out. No transaction is open while the server is spoken to.
 */
class MailRound {
    /** Mails of one round; the next begins with the next tick. */
    static final int ROUND_MAX = 100;

    private static final Logger LOG = Logger.getLogger(MailRound.class);

    private final TenantTransactions transactions;
    private final SystemMails mails;
    private final Postman postman;

    MailRound(TenantTransactions transactions, SystemMails mails, Postman postman) {
        this.transactions = transactions;
        this.mails = mails;
        this.postman = postman;
    }

    /** @return how many mails were claimed */
    int run() throws InterruptedException {
        for (int claimed = 0; claimed < ROUND_MAX; claimed++) {
            if (!one()) {
                return claimed;
            }
        }
        return ROUND_MAX;
    }

    private boolean one() throws InterruptedException {
        Claimed claimed = claim();
        if (claimed == null) {
            return false;
        }
        Postman.Mail mail = claimed.mail();
        if (mail != null) {
            try {
                Delivery delivery = postman.send(mail);
                transactions.acrossOrganizations(
                        session -> mails.settle(session, mail.id(), claimed.attempt(), delivery));
            } catch (RuntimeException e) {
                // It counts as uncertain when its claim runs out; those behind it do not wait for that.
                LOG.errorf(e, "mail not settled mail=%s", mail.id());
                mails.countUnsettled();
            }
        }
        return true;
    }

    /** @param mail null if the claim found out that the mail is over or has to wait */
    private record Claimed(Postman.@Nullable Mail mail, int attempt) {}

    private @Nullable Claimed claim() {
        Optional<SystemMailRow> row = transactions.acrossOrganizations(mails::claim);
        return row.map(found ->
                        new Claimed(found.state.equals(SystemMailRow.SENDING) ? found.toMail() : null, found.attempts))
                .orElse(null);
    }
}
