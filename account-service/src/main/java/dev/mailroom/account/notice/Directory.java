package dev.mailroom.account.notice;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** The addresses in the directory of the organization. */
@ApplicationScoped
class Directory implements OwnerAddresses {
    private static final String EMAIL = "select email from users where organization_id = :organization and id = :user"
            + " and removed_at is null and email is not null";

    @Override
    public Uni<Optional<String>> of(Mutiny.Session session, UUID organization, UUID user) {
        return session.createNativeQuery(EMAIL, String.class)
                .setParameter("organization", organization)
                .setParameter("user", user)
                .getSingleResultOrNull()
                .map(Optional::ofNullable);
    }
}
