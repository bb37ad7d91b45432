package dev.mailroom.account.account;

import dev.mailroom.account.alias.AliasBook;
import dev.mailroom.account.sharing.Audiences;
import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** Says on Kafka what happened to an account, in the transaction in which it happens. */
@ApplicationScoped
class AccountEvents {
    private static final String SOURCE = "/account-service";

    private final Audiences audiences;
    private final AliasBook aliases;
    private final Outbox outbox;
    private final Clock clock;

    AccountEvents(Audiences audiences, AliasBook aliases, Outbox outbox, Clock clock) {
        this.audiences = audiences;
        this.aliases = aliases;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** Writes the row's present revision as an event; the row must have been revised in this transaction. */
    Uni<Void> append(Mutiny.Session session, AccountRow row, Function<AccountState, AccountEvent> event) {
        return audiences
                .of(session, row.organizationId, row.sharing())
                .chain(audience -> aliasesOf(session, row)
                        .chain(held ->
                                append(session, row.id, row.revision, event.apply(row.toState(audience, held)))));
    }

    /** An account that an older version of the service connected has no alias: it gets its default one. */
    private Uni<List<AccountState.Alias>> aliasesOf(Mutiny.Session session, AccountRow row) {
        return aliases.of(session, row.organizationId, row.id)
                .chain(held -> held.isEmpty()
                        ? aliases.open(session, row.aliased(), row.email)
                                .chain(() -> aliases.of(session, row.organizationId, row.id))
                        : Uni.createFrom().item(held));
    }

    Uni<Void> appendRemoved(Mutiny.Session session, AccountRow row) {
        return append(
                session, row.id, row.revision, new AccountEvent.Removed(row.id, row.organizationId, row.revision));
    }

    private Uni<Void> append(Mutiny.Session session, UUID account, long revision, AccountEvent event) {
        UUID id = EventIds.of("account", account, revision);
        return outbox.append(session, new CloudEvent<>(id, SOURCE, clock.instant(), event));
    }
}
