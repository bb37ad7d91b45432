package dev.mailroom.account.account;

import dev.mailroom.account.notice.Letter;
import dev.mailroom.account.notice.OwnerAddresses;
import dev.mailroom.account.notice.SystemMail;
import dev.mailroom.account.notice.SystemMails;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * What managers may do with the personal account of a colleague: see that it is there and how it is doing, stop it, let it go on, and remove
 * it, but nothing that lets them read its mail or send as it. An owner of the organization may share it; its owner hears of that.
 */
@ApplicationScoped
class PersonalAccounts {
    private static final Logger LOG = Logger.getLogger(PersonalAccounts.class);
    private static final String PURPOSE = "account_shared";

    private final SystemMails mails;
    private final OwnerAddresses addresses;

    PersonalAccounts(SystemMails mails, OwnerAddresses addresses) {
        this.mails = mails;
        this.addresses = addresses;
    }

    /** @throws ProblemException 403 {@code personal-account} where it is a colleague's */
    static void requireOwn(AccountRow row, Viewer viewer) {
        if (isColleagues(row, viewer)) {
            throw refusal();
        }
    }

    /** @throws ProblemException 403 {@code personal-account} where it is a colleague's and the change is not an owner's to share it */
    static void requireChangeable(AccountRow row, Viewer viewer, AccountChange change) {
        if (isColleagues(row, viewer) && !(viewer.organizationOwner() && change.isOfSharingAlone())) {
            throw refusal();
        }
    }

    static boolean isColleagues(AccountRow row, Viewer viewer) {
        return row.isPersonal() && !row.ownerId.equals(viewer.user());
    }

    private static ProblemException refusal() {
        return Problems.forbidden(
                "personal-account",
                "A personal account is changed by its owner alone; owners and admins of the organization can pause and"
                        + " remove it, and an owner of the organization can share it");
    }

    /** Tells the owner that somebody else shared the account, if this installation sends mail and knows his address. In the transaction of the change. */
    Uni<Void> tellOwner(Mutiny.Session session, Viewer viewer, AccountRow shared) {
        if (shared.isPersonal() || !mails.isOn()) {
            return Uni.createFrom().voidItem();
        }
        return addresses.of(session, shared.organizationId, shared.ownerId).chain(address -> {
            if (address.isEmpty()) {
                LOG.warnf("owner not told of the sharing, no address is known account=%s", shared.id);
                return Uni.createFrom().voidItem();
            }
            SystemMail mail =
                    new SystemMail(shared.organizationId, viewer.user(), PURPOSE, address.get(), letter(shared));
            return mails.plan(session, mail).replaceWithVoid();
        });
    }

    private static Letter letter(AccountRow shared) {
        return Letter.about("Your account " + shared.email + " is shared now")
                .paragraph("Hello,")
                .paragraph("your personal account " + shared.email
                        + " in Mailroom was shared with colleagues by an owner of your organization. They see its mail"
                        + " from now on, old mail included, and can send as its addresses.")
                .paragraph(
                        "You can see with whom, and take it back, in the settings of the account. Mailroom wrote down"
                                + " who shared it.")
                .end();
    }
}
