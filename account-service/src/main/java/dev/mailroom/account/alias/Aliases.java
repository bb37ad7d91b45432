package dev.mailroom.account.alias;

import com.fasterxml.uuid.NoArgGenerator;
import dev.mailroom.account.audit.Audit;
import dev.mailroom.account.organization.RequestOnce;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.account.sharing.SharingCheck;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.Page;
import dev.mailroom.http.Problems;
import dev.mailroom.outbox.EventTooLargeException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What people do with aliases. Every method blocks its virtual thread. */
@ApplicationScoped
class Aliases {
    /** Aliases of one account. */
    static final int ALIASES_MAX = 500;

    /** Users named one by one as senders and readers of all aliases of an account: they are all in each of its events. */
    static final int PEOPLE_MAX = 5_000;

    private final TenantTransactions transactions;
    private final AliasedAccounts accounts;
    private final AliasRepository repository;
    private final AliasBook book;
    private final RequestOnce once;
    private final AddressProofs proofs;
    private final SharingCheck sharing;
    private final Audit audit;
    private final NoArgGenerator ids;
    private final Clock clock;

    Aliases(
            TenantTransactions transactions,
            AliasedAccounts accounts,
            AliasRepository repository,
            AliasBook book,
            RequestOnce once,
            AddressProofs proofs,
            SharingCheck sharing,
            Audit audit,
            NoArgGenerator ids,
            Clock clock) {
        this.transactions = transactions;
        this.accounts = accounts;
        this.repository = repository;
        this.book = book;
        this.once = once;
        this.proofs = proofs;
        this.sharing = sharing;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * What a viewer sees of an account's aliases.
     *
     * @param whole true for whoever may see the account, who sees every alias
     * @param shared true for whoever the account is shared with, and not for managers who see a personal one
     * @param sends true for whoever may send as every alias: the owner, and managers unless the account is personal
     * @param open the aliases that others may send as, the only ones that they see
     */
    private record Sight(boolean whole, boolean shared, boolean sends, Set<UUID> open) {
        boolean sees(UUID alias) {
            return whole || open.contains(alias);
        }
    }

    /** A part of the aliases that the viewer may see, the default one first. @throws dev.mailroom.http.ProblemException 404 */
    Page<AliasView> list(Viewer viewer, UUID account, @Nullable UUID after, int limit) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> sight(session, viewer, account)
                        .chain(sight -> repository
                                .list(session, account, after, sight.whole() ? null : sight.open(), limit + 1)
                                .chain(rows ->
                                        views(session, viewer, sight, Page.of(rows, limit, Aliases::position)))));
    }

    /** @throws dev.mailroom.http.ProblemException 404 */
    AliasView get(Viewer viewer, UUID account, UUID alias) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> sight(session, viewer, account)
                        .chain(sight ->
                                seen(session, sight, account, alias).chain(row -> view(session, viewer, sight, row))));
    }

    /**
     * Adds an alias.
     *
     * @throws dev.mailroom.http.ProblemException 400 where there are too many, 403, 404, 409 {@code alias-exists} or
     *     {@code idempotency-key-reused}
     */
    AliasView create(Viewer viewer, UUID account, AliasChange form, Optional<IdempotencyKey> key) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> requireKnown(session, viewer, form)
                        .chain(() -> accounts.lock(session, viewer, account))
                        .chain(owner ->
                                once(session, viewer, account, form, key, () -> add(session, viewer, owner, form))));
    }

    /** What a key stands for. */
    private record Asked(UUID account, AliasChange form) {}

    /**
     * A key is good for one request, whatever account it is about. The older version, which may run beside this one, has a key for each
     * account: it finds what this one did, and the other way round.
     */
    private Uni<AliasView> once(
            Mutiny.Session session,
            Viewer viewer,
            UUID account,
            AliasChange form,
            Optional<IdempotencyKey> key,
            Supplier<Uni<AliasView>> work) {
        String before = "POST /v1/accounts/" + account + "/aliases";
        return once.once(
                session,
                viewer,
                key,
                before,
                form,
                AliasView.class,
                () -> once.once(
                        session,
                        viewer,
                        key,
                        "POST /v1/accounts/{id}/aliases",
                        new Asked(account, form),
                        AliasView.class,
                        work));
    }

    /**
     * Changes the fields that are given.
     *
     * @throws dev.mailroom.http.ProblemException 400, 403, 404, 409 {@code alias-exists} or {@code default-alias}
     */
    AliasView change(Viewer viewer, UUID account, UUID alias, AliasChange change) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> requireKnown(session, viewer, change)
                        .chain(() -> accounts.lock(session, viewer, account))
                        .chain(owner -> repository
                                .get(session, account, alias)
                                .call(row -> change.isEmpty()
                                        ? Uni.createFrom().voidItem()
                                        : write(session, viewer, row, change))
                                .chain(row -> view(session, viewer, sightOf(viewer, owner), row))));
    }

    /** @throws dev.mailroom.http.ProblemException 403, 404, 409 {@code default-alias} */
    void remove(Viewer viewer, UUID account, UUID alias) {
        transactions.inOrganization(
                viewer.organization(),
                session -> accounts.lock(session, viewer, account)
                        .chain(() -> repository.get(session, account, alias))
                        .chain(row -> {
                            if (row.isDefault) {
                                throw Problems.conflict(
                                        "default-alias",
                                        "An account needs its default alias; make another alias the default one first");
                            }
                            return session.remove(row)
                                    .chain(session::flush)
                                    .chain(() -> audit.record(session, viewer.actor(), AliasAudit.removed(row)));
                        })
                        .chain(() -> accounts.changed(session, account)));
    }

    /** Sets what the viewer uses instead of the name and the signature of an alias. @throws dev.mailroom.http.ProblemException 404 */
    AliasView mine(Viewer viewer, UUID account, UUID alias, OwnWords words) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> sight(session, viewer, account)
                        .chain(sight -> seen(session, sight, account, alias)
                                .call(row -> words.isEmpty()
                                        ? repository.forget(session, viewer, alias)
                                        : repository.write(session, viewer, alias, words, clock.instant()))
                                .call(row -> audit.record(session, viewer.actor(), AliasAudit.ownWords(row)))
                                .chain(row -> view(session, viewer, sight, row))));
    }

    private Uni<AliasView> add(Mutiny.Session session, Viewer viewer, AliasedAccount account, AliasChange form) {
        String name = Objects.requireNonNullElse(form.name(), account.displayName());
        String address = Objects.requireNonNull(form.address());
        AliasRow row = AliasRow.of(ids.generate(), account, address, name, clock.instant());
        row.apply(form, clock.instant());
        return repository
                .facts(session, account.id())
                .invoke(others -> {
                    requireRoom(others.size());
                    requireFit(others, row);
                })
                .chain(() -> beDefault(session, row, form))
                .chain(() -> session.persist(row))
                .chain(session::flush)
                .chain(() -> audit.record(session, viewer.actor(), AliasAudit.added(row)))
                .chain(() -> tell(session, row))
                .chain(() -> ask(session, viewer, row, true))
                .chain(() -> view(session, viewer, sightOf(viewer, account), row));
    }

    private Uni<Void> write(Mutiny.Session session, Viewer viewer, AliasRow row, AliasChange change) {
        AliasAudit.Before before = AliasAudit.Before.of(row);
        if (row.isDefault && Boolean.FALSE.equals(change.isDefault())) {
            throw Problems.conflict(
                    "default-alias", "An account needs a default alias; make another alias the default one instead");
        }
        return repository
                .facts(session, row.accountId)
                .chain(all -> {
                    row.apply(change, clock.instant());
                    requireFit(
                            all.stream()
                                    .filter(other -> !other.id().equals(row.id))
                                    .toList(),
                            row);
                    return beDefault(session, row, change);
                })
                .chain(session::flush)
                .chain(() -> audit.record(session, viewer.actor(), AliasAudit.changed(before, row)))
                .chain(() -> tell(session, row))
                .chain(() -> ask(session, viewer, row, isToBeAsked(before, row)));
    }

    /** The next revision of the account, if an event can hold it. */
    private Uni<Void> tell(Mutiny.Session session, AliasRow row) {
        Uni<Boolean> fits = row.readersTeam == null
                ? Uni.createFrom().item(true)
                : book.fits(session, row.organizationId, row.accountId);
        return fits.invoke(fitting -> {
                    if (!fitting) {
                        throw Problems.invalid(
                                "/readers/team",
                                "with this team more than " + AliasBook.PEOPLE_MAX
                                        + " people would read or send as the aliases of the account");
                    }
                })
                .chain(() -> accounts.changed(session, row.accountId))
                .onFailure(EventTooLargeException.class)
                .transform(
                        large -> Problems.conflict(
                                "aliases-too-large",
                                "The aliases of the account are too large together; shorten names, or share with a team instead of users"));
    }

    /** Once for what is shared newly; to be asked again is a request of its own. */
    private static boolean isToBeAsked(AliasAudit.Before before, AliasRow row) {
        return before.readers().isNobody() || !before.address().equals(row.address);
    }

    private Uni<Void> ask(Mutiny.Session session, Viewer viewer, AliasRow row, boolean newly) {
        return newly && row.needsConfirmation()
                ? proofs.ask(session, viewer, row)
                : Uni.createFrom().voidItem();
    }

    private Uni<Void> requireKnown(Mutiny.Session session, Viewer viewer, AliasChange change) {
        Senders senders = change.senders();
        Readers readers = change.readers();
        List<UUID> senderIds = senders == null ? List.of() : senders.users();
        List<UUID> readerIds = readers == null ? List.of() : readers.users();
        UUID team = readers == null ? null : readers.team();
        return sharing.requireKnown(session, viewer.organization(), "/senders", null, senderIds)
                .chain(() -> sharing.requireKnown(session, viewer.organization(), "/readers", team, readerIds));
    }

    /** The old default goes first: no two are allowed at any moment. */
    private Uni<Void> beDefault(Mutiny.Session session, AliasRow row, AliasChange change) {
        if (row.isDefault || !Boolean.TRUE.equals(change.isDefault())) {
            return Uni.createFrom().voidItem();
        }
        return repository.clearDefault(session, row.accountId, clock.instant()).invoke(() -> row.isDefault = true);
    }

    private static void requireRoom(int count) {
        if (count >= ALIASES_MAX) {
            throw Problems.invalid("/address", "an account can have at most " + ALIASES_MAX + " aliases");
        }
    }

    private static void requireFit(List<AliasFacts> others, AliasRow row) {
        if (others.stream().anyMatch(other -> other.isTwinOf(row.address, row.description))) {
            throw Problems.conflict(
                    "alias-exists",
                    "The account has an alias with this address and description; another description tells them apart");
        }
        int named = row.sendersUsers.length + row.readersUsers.length;
        int people = named + others.stream().mapToInt(AliasFacts::people).sum();
        if (named > 0 && people > PEOPLE_MAX) {
            String pointer = row.sendersUsers.length > 0 ? "/senders/users" : "/readers/users";
            throw Problems.invalid(
                    pointer, "the aliases of an account can name at most " + PEOPLE_MAX + " users together");
        }
    }

    private Uni<Sight> sight(Mutiny.Session session, Viewer viewer, UUID account) {
        return accounts.find(session, viewer, account)
                .chain(found -> found != null
                        ? Uni.createFrom().item(sightOf(viewer, found))
                        : repository.openTo(session, viewer, account).map(open -> {
                            if (open.isEmpty()) {
                                throw Problems.notFound("The account");
                            }
                            return new Sight(false, false, false, new HashSet<>(open));
                        }));
    }

    private static Sight sightOf(Viewer viewer, AliasedAccount account) {
        boolean owner = account.owner().equals(viewer.user());
        boolean shared = !account.personal();
        return new Sight(true, shared, owner || (viewer.manager() && shared), Set.of());
    }

    private Uni<AliasRow> seen(Mutiny.Session session, Sight sight, UUID account, UUID alias) {
        return repository.get(session, account, alias).invoke(row -> {
            if (!sight.sees(row.id)) {
                throw Problems.notFound("The alias");
            }
        });
    }

    private Uni<AliasView> view(Mutiny.Session session, Viewer viewer, Sight sight, AliasRow row) {
        return views(session, viewer, sight, new Page<>(List.of(row), null))
                .map(page -> page.data().getFirst());
    }

    private Uni<Page<AliasView>> views(Mutiny.Session session, Viewer viewer, Sight sight, Page<AliasRow> rows) {
        List<UUID> shown = rows.data().stream().map(row -> row.id).toList();
        return repository
                .words(session, viewer.user(), shown)
                .map(words -> rows.map(row -> AliasView.of(row, words.get(row.id), maySend(viewer, sight, row))));
    }

    private static boolean maySend(Viewer viewer, Sight sight, AliasRow row) {
        Senders senders = row.senders();
        return sight.sends() || senders.names(viewer.user()) || (senders.sharing() && sight.shared());
    }

    private static String position(AliasRow row) {
        return row.isDefault ? new UUID(0, 0).toString() : row.id.toString();
    }
}
