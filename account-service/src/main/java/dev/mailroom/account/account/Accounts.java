package dev.mailroom.account.account;

import com.fasterxml.uuid.NoArgGenerator;
import dev.mailroom.account.alias.AliasBook;
import dev.mailroom.account.audit.Audit;
import dev.mailroom.account.credential.Credentials;
import dev.mailroom.account.organization.Organizations;
import dev.mailroom.account.organization.Plan;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.account.sharing.SharingCheck;
import dev.mailroom.account.verification.Verification;
import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Connecting accounts and looking at them. Every method blocks its virtual thread.
 *
 * <p>A log-in is tried between two transactions, never inside one: a slow server holds no connection and no lock.
 */
@ApplicationScoped
class Accounts {
    private static final Logger LOG = Logger.getLogger(Accounts.class);

    private final TenantTransactions transactions;
    private final AccountRepository repository;
    private final Organizations organizations;
    private final SharingCheck sharing;
    private final ConnectOnce once;
    private final Credentials credentials;
    private final AliasBook aliases;
    private final AccountEvents events;
    private final Audit audit;
    private final LogInTries tries;
    private final NoArgGenerator ids;
    private final Clock clock;

    Accounts(
            TenantTransactions transactions,
            AccountRepository repository,
            Organizations organizations,
            SharingCheck sharing,
            ConnectOnce once,
            Credentials credentials,
            AliasBook aliases,
            AccountEvents events,
            Audit audit,
            LogInTries tries,
            NoArgGenerator ids,
            Clock clock) {
        this.transactions = transactions;
        this.repository = repository;
        this.organizations = organizations;
        this.sharing = sharing;
        this.once = once;
        this.credentials = credentials;
        this.aliases = aliases;
        this.events = events;
        this.audit = audit;
        this.tries = tries;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * The account that an earlier request with the same key made; empty if there was none. To be asked before anything that may turn out
     * otherwise the second time.
     *
     * @throws ProblemException 409 {@code idempotency-key-reused}
     */
    Optional<AccountRow> earlier(Viewer viewer, Optional<ConnectOnce.Asked> asked) {
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        AccountRow row = transactions.inOrganization(
                viewer.organization(),
                session -> once.find(session, viewer, asked.get())
                        .chain(id -> id == null
                                ? Uni.createFrom().<AccountRow>nullItem()
                                : repository.find(session, viewer, id)));
        return Optional.ofNullable(row);
    }

    /**
     * Tries the log-in, then writes account, credential and event in one transaction. Whether the mailbox is connected already is said
     * only to somebody whose log-in works.
     *
     * @throws ProblemException 403 {@code plan-required}, 409 {@code mailbox-already-connected} or {@code idempotency-key-reused},
     *     422 {@code connection-failed}, 429, 503
     */
    AccountRow connect(Viewer viewer, AccountForm form, Optional<ConnectOnce.Asked> asked) {
        transactions.inOrganization(viewer.organization(), session -> prepare(session, viewer, form));
        Verification verification = tries.verify(viewer, form.login(), form.password());
        ConnectionFailures.requireOk(verification);

        AccountRow row = AccountRow.of(ids.generate(), viewer, form, verification, clock.instant());
        Credentials.Sealed sealed = credentials.seal(row.organizationId, row.id, form.password());
        try {
            transactions.inOrganization(
                    viewer.organization(), session -> write(session, viewer, form, asked, row, sealed));
        } catch (RuntimeException e) {
            return afterConflict(viewer, asked, e);
        }
        LOG.infof("account connected account=%s organization=%s kind=%s", row.id, row.organizationId, row.kind);
        return row;
    }

    /** Tries the log-in and writes nothing but the count of tries. */
    Verification verify(Viewer viewer, AccountForm form) {
        return tries.verify(viewer, form.login(), form.password());
    }

    /** @throws ProblemException 404 */
    AccountRow get(Viewer viewer, UUID id) {
        return transactions.inOrganization(viewer.organization(), session -> repository.get(session, viewer, id));
    }

    /** At most {@code limit} accounts with an id above {@code after}. */
    List<AccountRow> list(Viewer viewer, UUID after, int limit) {
        return transactions.inOrganization(
                viewer.organization(), session -> repository.list(session, viewer, after, limit));
    }

    /** What can be refused without disturbing the servers. */
    private Uni<Void> prepare(Mutiny.Session session, Viewer viewer, AccountForm form) {
        return organizations
                .planOf(session, viewer.organization())
                .invoke(plan -> requirePlan(plan, form.history()))
                .chain(() -> requireKnown(session, viewer, form));
    }

    private Uni<Void> requireKnown(Mutiny.Session session, Viewer viewer, AccountForm form) {
        return sharing.requireKnown(
                session,
                viewer.organization(),
                "/sharing",
                form.sharing().team(),
                form.sharing().users());
    }

    private Uni<Void> write(
            Mutiny.Session session,
            Viewer viewer,
            AccountForm form,
            Optional<ConnectOnce.Asked> asked,
            AccountRow row,
            Credentials.Sealed sealed) {
        return requireKnown(session, viewer, form)
                .chain(() -> session.persist(row))
                .chain(session::flush)
                .chain(() -> credentials.insert(session, sealed, row.credentialVersion))
                .chain(() -> aliases.open(session, row.aliased(), row.email))
                .chain(() -> asked.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : once.remember(session, viewer, asked.get(), row.id))
                .chain(() -> audit.record(session, viewer.actor(), AccountAudit.connected(row)))
                .chain(() -> events.append(session, row, AccountEvent.Connected::new));
    }

    /** Somebody was faster: the same request with the same key, or the same mailbox. */
    private AccountRow afterConflict(Viewer viewer, Optional<ConnectOnce.Asked> asked, RuntimeException failure) {
        String index = UniqueViolation.indexOf(failure);
        if (index == null) {
            throw failure;
        }
        return earlier(viewer, asked)
                .orElseThrow(() -> index.equals(UniqueViolation.ONE_MAILBOX_ONCE) ? alreadyConnected() : failure);
    }

    static void requirePlan(Plan plan, @Nullable History history) {
        if (history == History.ALL && plan != Plan.PAID) {
            throw Problems.forbidden(
                    "plan-required", "Importing all history needs a paid plan; choose 10y or less, or upgrade");
        }
    }

    static ProblemException alreadyConnected() {
        return Problems.conflict(
                "mailbox-already-connected",
                "This mailbox (the same IMAP host and user name) is already connected in your organization");
    }
}
