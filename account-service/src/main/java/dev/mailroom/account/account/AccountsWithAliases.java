package dev.mailroom.account.account;

import dev.mailroom.account.alias.AliasedAccount;
import dev.mailroom.account.alias.AliasedAccounts;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.UUID;
import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The accounts as the aliases see them. */
@ApplicationScoped
class AccountsWithAliases implements AliasedAccounts {
    private final AccountRepository repository;
    private final AccountEvents events;
    private final Clock clock;

    AccountsWithAliases(AccountRepository repository, AccountEvents events, Clock clock) {
        this.repository = repository;
        this.events = events;
        this.clock = clock;
    }

    @Override
    public Uni<AliasedAccount> find(Mutiny.Session session, Viewer viewer, UUID account) {
        return repository.find(session, viewer, account).map(AccountsWithAliases::aliased);
    }

    @Override
    public Uni<AliasedAccount> lock(Mutiny.Session session, Viewer viewer, UUID account) {
        return repository
                .lock(session, viewer, account)
                .invoke(row -> PersonalAccounts.requireOwn(row, viewer))
                .map(AccountRow::aliased);
    }

    @Override
    public Uni<Void> hold(Mutiny.Session session, UUID account) {
        return session.find(AccountRow.class, account, LockMode.PESSIMISTIC_WRITE)
                .invoke(row -> {
                    if (aliased(row) == null) {
                        throw Problems.notFound("The account");
                    }
                })
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> changed(Mutiny.Session session, UUID account) {
        return session.find(AccountRow.class, account).chain(row -> {
            row.revise(clock.instant());
            return session.flush().chain(() -> events.append(session, row, AccountEvent.Changed::new));
        });
    }

    // The library does not say that it may be null.
    private static @Nullable AliasedAccount aliased(@Nullable AccountRow row) {
        return row == null ? null : row.aliased();
    }
}
