package dev.mailroom.account.sharing;

import dev.mailroom.account.organization.Directory;
import dev.mailroom.account.organization.Organizations;
import dev.mailroom.http.FieldError;
import dev.mailroom.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Checks that what is shared with is in the organization. Stateless: the caller owns the session and therefore the transaction. */
@ApplicationScoped
public class SharingCheck {
    private final Organizations organizations;
    private final Directory directory;

    SharingCheck(Organizations organizations, Directory directory) {
        this.organizations = organizations;
        this.directory = directory;
    }

    /**
     * Keeps the directory as it is until the end of the transaction and checks that these are in it. To be called before an account is
     * locked. What belongs to another organization is refused in the same words as what does not exist.
     *
     * @param pointer of the object that has {@code team} and {@code users}, for example {@code /sharing}
     * @return fails with 400 and every fault
     */
    public Uni<Void> requireKnown(
            Mutiny.Session session, UUID organization, String pointer, @Nullable UUID team, List<UUID> users) {
        if (team == null && users.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<FieldError> errors = new ArrayList<>();
        return organizations
                .hold(session, organization)
                .chain(() -> team == null ? Uni.createFrom().item(true) : directory.isTeam(session, organization, team))
                .invoke(known -> {
                    if (!known) {
                        errors.add(new FieldError(pointer + "/team", "is not a team of your organization"));
                    }
                })
                .chain(() -> directory.existing(session, organization, users))
                .invoke(existing -> {
                    nameStrangers(pointer, users, existing, errors);
                    if (!errors.isEmpty()) {
                        throw Problems.invalid(errors);
                    }
                })
                .replaceWithVoid();
    }

    private static void nameStrangers(String pointer, List<UUID> users, Set<UUID> existing, List<FieldError> errors) {
        for (int i = 0; i < users.size(); i++) {
            if (!existing.contains(users.get(i))) {
                errors.add(new FieldError(pointer + "/users/" + i, "is not a user of your organization"));
            }
        }
    }
}
