package dev.mailroom.account.account;

import dev.mailroom.account.alias.AliasBook;
import dev.mailroom.account.audit.Audit;
import dev.mailroom.account.audit.AuditEntry;
import dev.mailroom.account.credential.Credentials;
import dev.mailroom.account.notice.Notices;
import dev.mailroom.account.organization.Organizations;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.account.removal.RemovalPreview;
import dev.mailroom.account.sharing.SharingCheck;
import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.http.FieldError;
import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import dev.mailroom.mailclient.Secret;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What happens to an account after it is connected. Every method blocks its virtual thread. */
@ApplicationScoped
class Lifecycle {
    private static final Logger LOG = Logger.getLogger(Lifecycle.class);

    private static final String CONNECT_ANEW =
            "connect it as an account of its own (POST /v1/accounts), and remove this one when"
                    + " it is not needed any more (DELETE /v1/accounts/{id}).";

    private final TenantTransactions transactions;
    private final AccountRepository repository;
    private final Organizations organizations;
    private final SharingCheck sharing;
    private final Credentials credentials;
    private final AliasBook aliases;
    private final AccountEvents events;
    private final Audit audit;
    private final LogInTries tries;
    private final Notices notices;
    private final PersonalAccounts personal;
    private final RemovalPreview preview;
    private final Clock clock;

    Lifecycle(
            TenantTransactions transactions,
            AccountRepository repository,
            Organizations organizations,
            SharingCheck sharing,
            Credentials credentials,
            AliasBook aliases,
            AccountEvents events,
            Audit audit,
            LogInTries tries,
            Notices notices,
            PersonalAccounts personal,
            RemovalPreview preview,
            Clock clock) {
        this.transactions = transactions;
        this.repository = repository;
        this.organizations = organizations;
        this.sharing = sharing;
        this.credentials = credentials;
        this.aliases = aliases;
        this.events = events;
        this.audit = audit;
        this.tries = tries;
        this.notices = notices;
        this.personal = personal;
        this.preview = preview;
        this.clock = clock;
    }

    /**
     * Changes an account. A new user name or password is tried first, while the account is not locked; if its log-in became another one
     * meanwhile, nothing is written.
     *
     * @throws ProblemException 403 {@code plan-required}, {@code not-your-account} or {@code personal-account}, 404, 409
     *     {@code host-change-refused}, {@code mailbox-change-refused}, {@code credential-changed} or {@code mailbox-already-connected}, 422
     *     {@code connection-failed}, 429, 503
     */
    AccountRow change(Viewer viewer, UUID id, AccountChange change) {
        AccountRow before = transactions.inOrganization(
                viewer.organization(), session -> prepareChange(session, viewer, id, change));
        if (change.isEmpty()) {
            return before;
        }
        Tried tried = change.isOfCredential() ? tryCredential(viewer, before, change) : null;
        try {
            return transactions.inOrganization(
                    viewer.organization(), session -> writeChange(session, viewer, id, change, tried));
        } catch (RuntimeException e) {
            if (UniqueViolation.ONE_MAILBOX_ONCE.equals(UniqueViolation.indexOf(e))) {
                throw Accounts.alreadyConnected();
            }
            throw e;
        }
    }

    /** Stops the session of the account; mail stays as it is. Does nothing if it is paused already. */
    AccountRow pause(Viewer viewer, UUID id) {
        return revise(viewer, id, (session, row) -> {
            if (row.paused) {
                return Uni.createFrom().voidItem();
            }
            row.paused = true;
            row.revise(clock.instant());
            return session.flush()
                    .chain(() -> audit.record(session, viewer.actor(), AccountAudit.of("account.paused", row)))
                    .chain(() -> events.append(session, row, AccountEvent.Paused::new));
        });
    }

    /**
     * Lets the account go on. Does nothing if it is not paused.
     *
     * @throws ProblemException 429 if the mailbox was logged in to too often
     */
    AccountRow resume(Viewer viewer, UUID id) {
        AccountRow before = changeable(viewer, id);
        if (!before.paused) {
            return before;
        }
        tries.countSession(before);
        return revise(viewer, id, (session, row) -> {
            if (!row.paused) {
                return Uni.createFrom().voidItem();
            }
            row.paused = false;
            row.begin(clock.instant());
            row.revise(clock.instant());
            return session.flush()
                    .chain(() -> audit.record(session, viewer.actor(), AccountAudit.of("account.resumed", row)))
                    .chain(() -> events.append(session, row, AccountEvent.Resumed::new));
        });
    }

    /**
     * Makes the session log in anew with the stored credential, also after it was given up. The credential gets a new version, because
     * that is what every holder of a copy reacts to. A paused account goes on.
     *
     * @throws ProblemException 429 if the mailbox was logged in to too often
     */
    AccountRow reconnect(Viewer viewer, UUID id) {
        tries.countSession(changeable(viewer, id));
        return revise(viewer, id, (session, row) -> {
            boolean wasPaused = row.paused;
            row.paused = false;
            row.credentialVersion++;
            row.begin(clock.instant());
            row.revise(clock.instant());
            return credentials
                    .touch(session, row.id, row.credentialVersion)
                    .chain(() -> audit.record(session, viewer.actor(), AccountAudit.of("account.reconnected", row)))
                    .chain(() -> notices.personActed(session, row.id))
                    .chain(() -> events.append(
                            session, row, wasPaused ? AccountEvent.Resumed::new : AccountEvent.Changed::new));
        });
    }

    /**
     * Removes an account with its credential.
     *
     * @param confirmed false to learn what would go
     * @throws ProblemException 409 {@code confirmation-needed} with {@code removes}, {@code keeps} and {@code counts}
     */
    void remove(Viewer viewer, UUID id, boolean confirmed) {
        if (!confirmed) {
            throw confirmationNeeded(id, contents(viewer, id));
        }
        AccountRow removed = revise(viewer, id, (session, row) -> {
            row.revise(clock.instant());
            return session.remove(row)
                    .chain(session::flush)
                    .chain(() -> audit.record(session, viewer.actor(), AccountAudit.removed(row)))
                    .chain(() -> events.appendRemoved(session, row));
        });
        LOG.infof("account removed account=%s organization=%s", removed.id, removed.organizationId);
    }

    private RemovalPreview.Contents contents(Viewer viewer, UUID id) {
        RemovalPreview.Own own = transactions.inOrganization(
                viewer.organization(),
                session -> repository
                        .get(session, viewer, id)
                        .invoke(row -> AccountRepository.requireChangeable(row, viewer))
                        .chain(row -> preview.own(session, row.id)));
        return preview.with(own, viewer.organization(), id);
    }

    private AccountRow changeable(Viewer viewer, UUID id) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> repository
                        .get(session, viewer, id)
                        .invoke(row -> AccountRepository.requireChangeable(row, viewer)));
    }

    @FunctionalInterface
    private interface Step {
        Uni<Void> apply(Mutiny.Session session, AccountRow locked);
    }

    private AccountRow revise(Viewer viewer, UUID id, Step step) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> repository.lock(session, viewer, id).call(row -> step.apply(session, row)));
    }

    private Uni<AccountRow> prepareChange(Mutiny.Session session, Viewer viewer, UUID id, AccountChange change) {
        return repository
                .get(session, viewer, id)
                .invoke(row -> {
                    AccountRepository.requireChangeable(row, viewer);
                    PersonalAccounts.requireChangeable(row, viewer, change);
                    requireSameServers(row, change);
                    requireSameMailbox(row, change);
                })
                .call(row -> organizations
                        .planOf(session, row.organizationId)
                        .invoke(plan -> Accounts.requirePlan(plan, change.history())))
                .call(row -> requireKnown(session, viewer, change));
    }

    private Uni<Void> requireKnown(Mutiny.Session session, Viewer viewer, AccountChange change) {
        return change.sharing() == null
                ? Uni.createFrom().voidItem()
                : sharing.requireKnown(
                        session,
                        viewer.organization(),
                        "/sharing",
                        change.sharing().team(),
                        change.sharing().users());
    }

    /**
     * A log-in that worked.
     *
     * @param before the account with which it was put together
     */
    private record Tried(AccountRow before, Credentials.Sealed sealed) {
        /** Half of a log-in that was tried may be gone by now: the other half alone would make one that nobody tried. */
        void requireStillThere(AccountRow locked) {
            if (locked.credentialVersion != before.credentialVersion
                    || !locked.login(locked.username).equals(before.login(before.username))) {
                throw Problems.conflict(
                        "credential-changed",
                        "Somebody changed the user name or the password of the account, or made it log in anew, while yours"
                                + " was tried. Nothing was saved: read the account again and repeat the change");
            }
        }
    }

    private Tried tryCredential(Viewer viewer, AccountRow before, AccountChange change) {
        Secret given = change.password();
        Secret password = given == null ? stored(viewer, before.id) : given;
        try {
            String username = change.username() == null ? before.username : change.username();
            ConnectionFailures.requireOk(tries.verify(viewer, before.login(username), password));
            return new Tried(before, credentials.seal(before.organizationId, before.id, password));
        } finally {
            if (given == null) {
                password.wipe();
            }
        }
    }

    private Secret stored(Viewer viewer, UUID account) {
        return transactions.inOrganization(
                viewer.organization(), session -> credentials.open(session, viewer.organization(), account));
    }

    private Uni<AccountRow> writeChange(
            Mutiny.Session session, Viewer viewer, UUID id, AccountChange change, @Nullable Tried tried) {
        return requireKnown(session, viewer, change)
                .chain(() -> repository.lock(session, viewer, id))
                .invoke(row -> PersonalAccounts.requireChangeable(row, viewer, change))
                .invoke(row -> {
                    if (tried != null) {
                        tried.requireStillThere(row);
                    }
                })
                .call(row -> {
                    boolean converted = PersonalAccounts.isColleagues(row, viewer);
                    AuditEntry entry = AccountAudit.changed(row, change, converted);
                    String nameBefore = row.displayName;
                    row.apply(change);
                    row.revise(clock.instant());
                    Uni<Void> written =
                            session.flush().chain(() -> aliases.renamed(session, row.id, nameBefore, row.displayName));
                    if (tried != null) {
                        row.credentialVersion++;
                        row.begin(clock.instant());
                        written = written.chain(
                                        () -> credentials.replace(session, tried.sealed(), row.credentialVersion))
                                .chain(() -> notices.personActed(session, row.id));
                    }
                    if (converted) {
                        written = written.chain(() -> personal.tellOwner(session, viewer, row));
                    }
                    return written.chain(() -> audit.record(session, viewer.actor(), entry))
                            .chain(() -> events.append(session, row, AccountEvent.Changed::new));
                });
    }

    private static void requireSameServers(AccountRow row, AccountChange change) {
        boolean sameImap = isSame(row.imap(), change.imap());
        boolean sameSmtp = isSame(row.smtp(), change.smtp());
        if (!sameImap || !sameSmtp) {
            throw Problems.conflict(
                            "host-change-refused",
                            "Host, port and encryption cannot be changed in place: another server may hold other mail, and"
                                    + " conversations would lose their assignees and comments")
                    .with(
                            "ways",
                            List.of(
                                    "Another host: " + CONNECT_ANEW,
                                    "The same host with another port or encryption: remove this account first, because a"
                                            + " mailbox is connected once, then connect it anew (POST /v1/accounts)."));
        }
    }

    private static void requireSameMailbox(AccountRow row, AccountChange change) {
        String username = change.username();
        if (username != null && !MailboxNames.areOfOneMailbox(row.kind(), row.email, row.username, username)) {
            throw Problems.conflict(
                            "mailbox-change-refused",
                            "/username: this is another mailbox, whose mail would take the place of the account's; only"
                                    + " another way of writing the same mailbox is taken")
                    .with(
                            "errors",
                            List.of(
                                    new FieldError(
                                            "/username",
                                            "must be the mailbox of the account; connect another one as an account of its own")))
                    .with("ways", List.of("Another mailbox: " + CONNECT_ANEW));
        }
    }

    private static boolean isSame(Server stored, @Nullable Server asked) {
        return asked == null || asked.equals(stored);
    }

    private static ProblemException confirmationNeeded(UUID account, RemovalPreview.Contents contents) {
        return Problems.conflict(
                        "confirmation-needed",
                        "Removing an account cannot be undone; repeat the request with ?confirm=true")
                .with("account", account)
                .with("counts", contents.counts())
                .with("remarks", contents.remarks())
                .with(
                        "removes",
                        List.of(
                                "the account, its aliases and its sealed password",
                                "its sharing with other people",
                                "the copies of its messages that are kept here; nothing is deleted on the mail server"))
                .with("keeps", List.of("conversations with comments, tasks, assignees or copies in another account"));
    }
}
