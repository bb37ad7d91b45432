package dev.mailroom.account.alias;

import com.fasterxml.uuid.NoArgGenerator;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.AccountState.Audience;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** What the accounts need of aliases. Stateless: the caller owns the session and has locked the account. */
@ApplicationScoped
public class AliasBook {
    private final AliasRepository repository;
    private final NoArgGenerator ids;
    private final Clock clock;

    AliasBook(AliasRepository repository, NoArgGenerator ids, Clock clock) {
        this.repository = repository;
        this.ids = ids;
        this.clock = clock;
    }

    /** Makes the default alias of a new account. */
    public Uni<Void> open(Mutiny.Session session, AliasedAccount account, String email) {
        String address = Objects.requireNonNullElse(MailAddress.normalize(email), email);
        AliasRow row = AliasRow.of(ids.generate(), account, address, account.displayName(), clock.instant());
        row.isDefault = true;
        return session.persist(row).chain(session::flush);
    }

    /** The account got another name; so does its default alias, unless somebody gave that one a name of its own. */
    public Uni<Void> renamed(Mutiny.Session session, UUID account, String before, String after) {
        return repository.rename(session, account, before, after, clock.instant());
    }

    /** The aliases as an event says them, the default one first. What was changed in this transaction must be flushed. */
    public Uni<List<AccountState.Alias>> of(Mutiny.Session session, UUID account) {
        return repository
                .facts(session, account)
                .map(facts -> facts.stream()
                        .map(alias -> alias.toAlias(audience(alias.effectiveReaders())))
                        .toList());
    }

    private static Audience audience(Readers readers) {
        return new Audience(readers.everyone(), readers.users());
    }
}
