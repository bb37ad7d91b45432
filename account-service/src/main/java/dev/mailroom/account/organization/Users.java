package dev.mailroom.account.organization;

import com.fasterxml.uuid.NoArgGenerator;
import dev.mailroom.account.audit.Audit;
import dev.mailroom.account.audit.AuditEntry;
import dev.mailroom.contracts.OrganizationEvent.Role;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The people of an organization. Every public method blocks its virtual thread. */
@ApplicationScoped
class Users {
    /** People of an organization. */
    static final int USERS_MAX = 10_000;

    private static final Logger LOG = Logger.getLogger(Users.class);

    private final TenantTransactions transactions;
    private final Organizations organizations;
    private final Directory directory;
    private final Teams teams;
    private final OrganizationEvents events;
    private final RequestOnce once;
    private final Audit audit;
    private final List<Shares> shares;
    private final NoArgGenerator ids;
    private final Clock clock;

    Users(
            TenantTransactions transactions,
            Organizations organizations,
            Directory directory,
            Teams teams,
            OrganizationEvents events,
            RequestOnce once,
            Audit audit,
            @All List<Shares> shares,
            NoArgGenerator ids,
            Clock clock) {
        this.transactions = transactions;
        this.organizations = organizations;
        this.directory = directory;
        this.teams = teams;
        this.events = events;
        this.once = once;
        this.audit = audit;
        this.shares = shares;
        this.ids = ids;
        this.clock = clock;
    }

    /** At most {@code limit} people with an id above {@code after}. */
    List<UserRow> list(Viewer viewer, UUID after, int limit) {
        return transactions.inOrganization(
                viewer.organization(), session -> directory.users(session, viewer.organization(), after, limit));
    }

    /** @throws ProblemException 404 */
    UserRow get(Viewer viewer, UUID id) {
        return transactions.inOrganization(viewer.organization(), session -> active(session, viewer, id));
    }

    /**
     * Takes a person in, also one who was removed before.
     *
     * @throws ProblemException 403 {@code owner-required}, 409 {@code user-exists}, {@code email-taken}, {@code too-many-users} or
     *     {@code idempotency-key-reused}
     */
    UserView create(Viewer viewer, boolean asOwner, UserChange form, Optional<IdempotencyKey> key) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> organizations
                        .lock(session, viewer.organization())
                        .chain(() -> once.once(
                                session,
                                viewer,
                                key,
                                "POST /v1/users",
                                form,
                                UserView.class,
                                () -> insert(session, viewer, asOwner, form))));
    }

    /** @throws ProblemException 403 {@code owner-required}, 404, 409 {@code last-owner} or {@code email-taken} */
    UserRow change(Viewer viewer, boolean asOwner, UUID id, UserChange change) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> organizations
                        .lock(session, viewer.organization())
                        .chain(() -> active(session, viewer, id))
                        .call(row -> write(session, viewer, asOwner, row, change)));
    }

    /**
     * Removes a person from the directory, from every team and from everything that is shared with them. What they own stays.
     *
     * @param confirmed false to learn what they own
     * @throws ProblemException 403 {@code owner-required}, 404, 409 {@code last-owner} or {@code confirmation-needed}
     */
    void remove(Viewer viewer, boolean asOwner, UUID id, boolean confirmed) {
        transactions.inOrganization(
                viewer.organization(),
                session -> organizations
                        .lock(session, viewer.organization())
                        .chain(() -> active(session, viewer, id))
                        .invoke(row -> requireOwnerFor(asOwner, row.role()))
                        .call(row -> requireOtherOwner(session, row))
                        .call(row -> confirmed ? Uni.createFrom().voidItem() : requireNothingOwned(session, row))
                        .call(row -> removeFromTeams(session, viewer, row))
                        .call(row -> audit.record(session, viewer.actor(), DirectoryAudit.removed(row)))
                        .invoke(row -> row.remove(clock.instant()))
                        .call(session::flush)
                        .call(row -> events.removed(session, row)));
        LOG.infof("user removed user=%s organization=%s", id, viewer.organization());
    }

    /** @throws ProblemException 403 {@code user-removed} if the caller was removed from the directory */
    void requireNotRemoved(Viewer viewer) {
        UserRow row = transactions.inOrganization(
                viewer.organization(), session -> directory.user(session, viewer.organization(), viewer.user()));
        if (row != null && row.isRemoved()) {
            throw Problems.forbidden(
                    "user-removed", "You were removed from the organization; an admin can take you in again");
        }
    }

    /**
     * Writes a person down who was not in the directory before, and never will be taken in this way after a removal.
     *
     * @param email null where the token names none
     */
    void note(Viewer viewer, String name, @Nullable String email, Role role) {
        transactions.inOrganization(
                viewer.organization(),
                session -> directory
                        .user(session, viewer.organization(), viewer.user())
                        .chain(found -> found != null
                                ? Uni.createFrom().voidItem()
                                : organizations
                                        .lock(session, viewer.organization())
                                        .chain(() -> noteNew(session, viewer, name, email, role))));
    }

    private Uni<Void> noteNew(Mutiny.Session session, Viewer viewer, String name, @Nullable String email, Role role) {
        UUID organization = viewer.organization();
        return directory.user(session, organization, viewer.user()).chain(found -> {
            if (found != null) {
                return Uni.createFrom().voidItem();
            }
            return directory.countUsers(session, organization).chain(count -> {
                if (count >= USERS_MAX) {
                    return Uni.createFrom().voidItem();
                }
                UserRow row = UserRow.of(organization, viewer.user(), clock.instant());
                return free(session, row, email).chain(address -> {
                    row.write(name, address, role, clock.instant());
                    return persist(session, row)
                            .chain(() -> audit.record(session, viewer.actor(), DirectoryAudit.firstSeen(row)));
                });
            });
        });
    }

    /** The address, or null if somebody else has it. */
    private Uni<String> free(Mutiny.Session session, UserRow row, @Nullable String email) {
        if (email == null) {
            return Uni.createFrom().nullItem();
        }
        return directory.userWithEmail(session, row.organizationId, email).map(other -> other == null ? email : null);
    }

    private Uni<UserView> insert(Mutiny.Session session, Viewer viewer, boolean asOwner, UserChange form) {
        Role role = Objects.requireNonNull(form.role());
        String name = Objects.requireNonNull(form.name());
        UUID id = form.id() == null ? ids.generate() : form.id();
        requireOwnerFor(asOwner, role);
        return directory.user(session, viewer.organization(), id).chain(before -> {
            if (before != null && !before.isRemoved()) {
                throw Problems.conflict("user-exists", "A user with this id is in your organization already");
            }
            UserRow row = before != null ? before : UserRow.of(viewer.organization(), id, clock.instant());
            return requireRoom(session, viewer.organization())
                    .chain(() -> requireFreeEmail(session, row, form.email()))
                    .invoke(() -> row.write(name, form.email(), role, clock.instant()))
                    .chain(() -> persist(session, row))
                    .chain(() -> audit.record(session, viewer.actor(), DirectoryAudit.added(row)))
                    .replaceWith(() -> UserView.of(row));
        });
    }

    private Uni<Void> persist(Mutiny.Session session, UserRow row) {
        return session.persist(row).chain(session::flush).chain(() -> events.changed(session, row));
    }

    private Uni<Void> write(Mutiny.Session session, Viewer viewer, boolean asOwner, UserRow row, UserChange change) {
        Role role = change.role() == null ? row.role() : change.role();
        String name = change.name() == null ? row.name : change.name();
        String email = change.email() == null ? row.email : change.email();
        boolean otherRole = role != row.role();
        if (otherRole || row.role() == Role.OWNER) {
            requireOwnerFor(asOwner, row.role());
            requireOwnerFor(asOwner, role);
        }
        if (!otherRole && name.equals(row.name) && Objects.equals(email, row.email)) {
            return Uni.createFrom().voidItem();
        }
        AuditEntry entry = DirectoryAudit.changed(row, change);
        return (otherRole ? requireOtherOwner(session, row) : Uni.createFrom().voidItem())
                .chain(() -> requireFreeEmail(session, row, change.email()))
                .invoke(() -> row.write(name, email, role, clock.instant()))
                .chain(session::flush)
                .chain(() -> audit.record(session, viewer.actor(), entry))
                .chain(() -> events.changed(session, row));
    }

    private Uni<Void> removeFromTeams(Mutiny.Session session, Viewer viewer, UserRow row) {
        return directory
                .leaveTeams(session, row.organizationId, row.id)
                .call(left -> teams.lostSomebody(session, row.organizationId, left))
                .chain(left -> {
                    Uni<Void> told = Uni.createFrom().voidItem();
                    for (Shares held : shares) {
                        told = told.chain(
                                () -> held.userRemoved(session, viewer.actor(), row.organizationId, row.id, left));
                    }
                    return told;
                });
    }

    private Uni<UserRow> active(Mutiny.Session session, Viewer viewer, UUID id) {
        return directory.user(session, viewer.organization(), id).map(row -> {
            if (row == null || row.isRemoved()) {
                throw Problems.notFound("The user");
            }
            return row;
        });
    }

    private Uni<Void> requireRoom(Mutiny.Session session, UUID organization) {
        return directory
                .countUsers(session, organization)
                .invoke(count -> {
                    if (count >= USERS_MAX) {
                        throw Problems.conflict("too-many-users", "An organization can have " + USERS_MAX + " users");
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Void> requireFreeEmail(Mutiny.Session session, UserRow row, @Nullable String email) {
        if (email == null) {
            return Uni.createFrom().voidItem();
        }
        return directory
                .userWithEmail(session, row.organizationId, email)
                .invoke(other -> {
                    if (other != null && !other.equals(row.id)) {
                        throw Problems.conflict("email-taken", "Another user of your organization has this address");
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Void> requireOtherOwner(Mutiny.Session session, UserRow row) {
        if (row.role() != Role.OWNER) {
            return Uni.createFrom().voidItem();
        }
        return directory
                .countOwners(session, row.organizationId)
                .invoke(owners -> {
                    if (owners <= 1) {
                        throw Problems.conflict(
                                "last-owner", "An organization keeps one owner: make somebody else an owner first");
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Void> requireNothingOwned(Mutiny.Session session, UserRow row) {
        Uni<List<UUID>> owned = Uni.createFrom().item(List.of());
        for (Shares held : shares) {
            owned = owned.chain(before -> held.accountsOwnedBy(session, row.organizationId, row.id)
                    .map(more -> before.isEmpty() ? more : before));
        }
        return owned.invoke(accounts -> {
                    if (!accounts.isEmpty()) {
                        throw Problems.conflict(
                                        "confirmation-needed",
                                        "The user connected accounts, which stay and which owners and admins can remove;"
                                                + " repeat the request with ?confirm=true")
                                .with("accounts", accounts)
                                .with("named_max", Shares.NAMED_MAX);
                    }
                })
                .replaceWithVoid();
    }

    private static void requireOwnerFor(boolean asOwner, Role role) {
        if (role == Role.OWNER && !asOwner) {
            throw Problems.forbidden("owner-required", "Only an owner can make, change or remove an owner");
        }
    }
}
