package dev.mailroom.account.alias;

import com.fasterxml.uuid.NoArgGenerator;
import dev.mailroom.account.sharing.Audiences;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.AccountState.Audience;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** What the accounts need of aliases. Stateless: the caller owns the session and has locked the account. */
@ApplicationScoped
public class AliasBook {
    /** Users who read or send as the aliases of an account, one by one and by their teams: they are all in each of its events. */
    static final int PEOPLE_MAX = 6_000;

    private static final Logger LOG = Logger.getLogger(AliasBook.class);

    private final AliasRepository repository;
    private final Audiences audiences;
    private final NoArgGenerator ids;
    private final Clock clock;

    AliasBook(AliasRepository repository, Audiences audiences, NoArgGenerator ids, Clock clock) {
        this.repository = repository;
        this.audiences = audiences;
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

    /**
     * The aliases as an event says them, the default one first. What was changed in this transaction must be flushed.
     *
     * <p>A team that has grown so that its people no longer fit into an event reads nothing: an account must not stop telling what else
     * changes.
     */
    public Uni<List<AccountState.Alias>> of(Mutiny.Session session, UUID organization, UUID account) {
        return repository
                .facts(session, account)
                .chain(facts -> people(session, organization, teams(facts, AliasFacts::effectiveReaders))
                        .map(people -> told(account, facts, people)));
    }

    /** Whether all who are to read and send fit into an event, also those whose address has yet to agree. */
    Uni<Boolean> fits(Mutiny.Session session, UUID organization, UUID account) {
        return repository
                .facts(session, account)
                .chain(facts -> people(session, organization, teams(facts, AliasFacts::readers))
                        .map(people -> facts.stream()
                                        .mapToInt(alias -> alias.people()
                                                + audience(alias.readers(), people)
                                                        .users()
                                                        .size()
                                                - alias.readersUsers().length)
                                        .sum()
                                <= PEOPLE_MAX));
    }

    private static List<AccountState.Alias> told(UUID account, List<AliasFacts> facts, Map<UUID, Audience> people) {
        int room = PEOPLE_MAX - facts.stream().mapToInt(AliasFacts::people).sum();
        List<AccountState.Alias> told = new ArrayList<>();
        for (AliasFacts alias : facts) {
            Readers readers = alias.effectiveReaders();
            Audience audience = audience(readers, people);
            if (readers.team() != null && audience.users().size() > room) {
                LOG.warnf("readers left out, the team has grown account=%s alias=%s", account, alias.id());
                audience = Audience.nobody();
            }
            room -= readers.team() == null ? 0 : audience.users().size();
            told.add(alias.toAlias(audience));
        }
        return told;
    }

    private static Set<UUID> teams(List<AliasFacts> facts, Function<AliasFacts, Readers> readers) {
        return facts.stream()
                .map(alias -> readers.apply(alias).team())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private Uni<Map<UUID, Audience>> people(Mutiny.Session session, UUID organization, Set<UUID> teams) {
        Map<UUID, Audience> people = new HashMap<>();
        Uni<Void> read = Uni.createFrom().voidItem();
        for (UUID team : teams) {
            read = read.chain(() -> audiences.ofTeam(session, organization, team))
                    .invoke(audience -> people.put(team, audience))
                    .replaceWithVoid();
        }
        return read.replaceWith(people);
    }

    private static Audience audience(Readers readers, Map<UUID, Audience> people) {
        UUID team = readers.team();
        return team == null
                ? new Audience(readers.everyone(), readers.users())
                : people.getOrDefault(team, Audience.nobody());
    }
}
