package dev.mailroom.account.organization;

import dev.mailroom.account.audit.Actor;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What is shared with the people and teams of the directory, told by whoever holds it. There may be several; each is called in the
 * transaction that changes the directory, with the row of the organization locked and the change already written.
 *
 * <p>The one that says the new audiences on Kafka is called last: it has the lowest {@link jakarta.annotation.Priority}.
 */
public interface Shares {
    /** How many are named in a refusal. */
    int NAMED_MAX = 100;

    /** Accounts that are shared with the team, at most {@link #NAMED_MAX}. */
    Uni<List<UUID>> accountsOfTeam(Mutiny.Session session, UUID organization, UUID team);

    /** Accounts that the person connected, at most {@link #NAMED_MAX}. */
    Uni<List<UUID>> accountsOwnedBy(Mutiny.Session session, UUID organization, UUID user);

    /** Other people are in the team. */
    Uni<Void> teamChanged(Mutiny.Session session, UUID organization, UUID team);

    /**
     * The team is about to go: nothing is shared with it any more.
     *
     * @param actor who removes it, for the audit log
     */
    Uni<Void> teamRemoved(Mutiny.Session session, Actor actor, UUID organization, UUID team);

    /**
     * The person is gone: nothing is shared with them any more.
     *
     * @param actor who removes them, for the audit log
     * @param teams they were in, which are without them now
     */
    Uni<Void> userRemoved(Mutiny.Session session, Actor actor, UUID organization, UUID user, List<UUID> teams);
}
