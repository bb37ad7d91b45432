package dev.mailroom.rules.account;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.rules.condition.Folding;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What is known of accounts. Stateless: the caller owns the session and therefore the transaction. */
@Singleton
public class Accounts {
    /** Addresses that are kept of one account. */
    static final int ADDRESSES_MAX = 500;

    /** What an event changed. */
    public enum Change {
        /** An event older than what is known. */
        NONE,
        CHANGED,
        REMOVED
    }

    /** Applies an event unless it is older than what is known, or names another organization than the account's. */
    public Uni<Change> apply(Mutiny.Session session, AccountEvent event) {
        long revision =
                switch (event) {
                    case AccountEvent.WithState with -> with.state().revision();
                    case AccountEvent.Removed removed -> removed.revision();
                };
        return session.find(AccountRow.class, event.account(), LockModeType.PESSIMISTIC_WRITE)
                .chain(row -> {
                    if (row != null && !row.organization.equals(event.organization())) {
                        return Uni.createFrom().item(Change.NONE);
                    }
                    // A removal ends the account whatever its number: nothing comes after it.
                    if (row != null && (row.removed || row.revision >= revision) && !isNewRemoval(row, event)) {
                        return Uni.createFrom().item(Change.NONE);
                    }
                    return switch (event) {
                        case AccountEvent.WithState with -> store(session, row, with.state());
                        case AccountEvent.Removed removed -> remove(session, row, removed);
                    };
                });
    }

    public Uni<Optional<KnownAccount>> find(Mutiny.Session session, UUID account) {
        return session.find(AccountRow.class, account)
                .map(row -> Optional.ofNullable(row).map(AccountRow::toAccount));
    }

    /** Those of these ids that are accounts of the organization now. Another organization's account is as unknown as none. */
    public Uni<Map<UUID, KnownAccount>> existing(Mutiny.Session session, UUID organization, Collection<UUID> accounts) {
        if (accounts.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return session.createSelectionQuery(
                        "from AccountRow a where a.organization = :organization and a.removed = false and a.id in :ids",
                        AccountRow.class)
                .setParameter("organization", organization)
                .setParameter("ids", accounts)
                .getResultList()
                .map(rows -> rows.stream().collect(Collectors.toMap(row -> row.id, AccountRow::toAccount)));
    }

    /** Whether an address belongs to an account of the organization. */
    public Uni<Boolean> isOwnAddress(Mutiny.Session session, UUID organization, String address) {
        return session.createSelectionQuery(
                        "select count(a) from AddressRow a where a.organization = :organization and a.address = :address",
                        Long.class)
                .setParameter("organization", organization)
                .setParameter("address", Folding.foldAddress(address))
                .getSingleResult()
                .map(count -> count > 0);
    }

    private static boolean isNewRemoval(AccountRow row, AccountEvent event) {
        return event instanceof AccountEvent.Removed && !row.removed;
    }

    private Uni<Change> store(Mutiny.Session session, @Nullable AccountRow known, AccountState state) {
        AccountRow row = known == null ? new AccountRow() : known;
        row.id = state.account();
        row.organization = state.organization();
        row.owner = state.owner();
        row.shared = state.sharing().mode().equals("shared");
        row.everyone = state.audience().everyone();
        row.readers = state.audience().users().toArray(UUID[]::new);
        row.removed = false;
        row.revision = state.revision();
        Uni<Void> stored =
                known == null ? session.persist(row) : Uni.createFrom().voidItem();
        List<AddressRow> addresses = state.addresses().stream()
                .limit(ADDRESSES_MAX)
                .map(Folding::foldAddress)
                .distinct()
                .map(address -> address(state, address))
                .toList();
        return stored.chain(session::flush)
                .chain(() -> forgetAddresses(session, state.account()))
                .chain(() -> session.persistAll(addresses.toArray()))
                .chain(session::flush)
                .replaceWith(Change.CHANGED);
    }

    private Uni<Change> remove(Mutiny.Session session, @Nullable AccountRow known, AccountEvent.Removed removed) {
        AccountRow row = known == null ? new AccountRow() : known;
        if (known == null) {
            row.id = removed.account();
            row.organization = removed.organization();
        }
        row.removed = true;
        row.revision = removed.revision();
        Uni<Void> stored =
                known == null ? session.persist(row) : Uni.createFrom().voidItem();
        return stored.chain(session::flush)
                .chain(() -> forgetAddresses(session, removed.account()))
                .replaceWith(Change.REMOVED);
    }

    private static Uni<Integer> forgetAddresses(Mutiny.Session session, UUID account) {
        return session.createMutationQuery("delete from AddressRow a where a.account = :account")
                .setParameter("account", account)
                .executeUpdate();
    }

    private static AddressRow address(AccountState state, String address) {
        AddressRow row = new AddressRow();
        row.id = EventIds.of("account.address", state.account(), address);
        row.account = state.account();
        row.organization = state.organization();
        row.address = address;
        return row;
    }
}
