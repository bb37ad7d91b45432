package dev.mailroom.account.sharing;

import dev.mailroom.account.organization.Directory;
import dev.mailroom.contracts.AccountState.Audience;
import dev.mailroom.contracts.AccountState.Sharing;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Who the people behind a sharing are. Stateless: the caller owns the session and therefore the transaction. */
@ApplicationScoped
public class Audiences {
    private final Directory directory;

    Audiences(Directory directory) {
        this.directory = directory;
    }

    /** The users that the sharing names and the people of its team, in order of their ids. */
    public Uni<Audience> of(Mutiny.Session session, UUID organization, Sharing sharing) {
        UUID team = sharing.team();
        if (team == null) {
            return Uni.createFrom().item(Audience.of(sharing));
        }
        return directory.peopleOf(session, organization, team).map(people -> {
            TreeSet<UUID> everyone = new TreeSet<>(people);
            everyone.addAll(sharing.users());
            return new Audience(false, List.copyOf(everyone));
        });
    }

    /** Members and observers of a team; nobody if there is no such team. */
    public Uni<Audience> ofTeam(Mutiny.Session session, UUID organization, UUID team) {
        return directory.peopleOf(session, organization, team).map(people -> new Audience(false, people));
    }
}
