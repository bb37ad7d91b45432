package dev.mailroom.account.organization;

import dev.mailroom.outbox.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that see one organization. A transaction begun in any other way sees no row at all.
 *
 * <p>The first statement sets {@code mailroom.organization} for the transaction alone, which the policies of row security read.
 */
@ApplicationScoped
public class TenantTransactions {
    private static final String WORK_FOR = "select set_config('mailroom.organization', :organization, true)";
    private static final String ALL_ORGANIZATIONS = "*";

    private final Transactions transactions;

    TenantTransactions(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Blocks the calling virtual thread until the commit; see {@link Transactions#inTransaction}. */
    public <T extends @Nullable Object> T inOrganization(UUID organization, Function<Mutiny.Session, Uni<T>> work) {
        return transactions.inTransaction(session -> workFor(session, organization.toString(), work));
    }

    /** The same for a caller on a Vert.x context. */
    public <T extends @Nullable Object> Uni<T> inOrganizationReactive(
            UUID organization, Function<Mutiny.Session, Uni<T>> work) {
        return transactions.inReactiveTransaction(session -> workFor(session, organization.toString(), work));
    }

    /** For other services and for operators, who belong to no organization. Blocks the calling virtual thread. */
    public <T extends @Nullable Object> T acrossOrganizations(Function<Mutiny.Session, Uni<T>> work) {
        return transactions.inTransaction(session -> workFor(session, ALL_ORGANIZATIONS, work));
    }

    /** The same for a caller on a Vert.x context. */
    public <T extends @Nullable Object> Uni<T> acrossOrganizationsReactive(Function<Mutiny.Session, Uni<T>> work) {
        return transactions.inReactiveTransaction(session -> workFor(session, ALL_ORGANIZATIONS, work));
    }

    private static <T extends @Nullable Object> Uni<T> workFor(
            Mutiny.Session session, String organization, Function<Mutiny.Session, Uni<T>> work) {
        return session.createNativeQuery(WORK_FOR, String.class)
                .setParameter("organization", organization)
                .getSingleResult()
                .chain(() -> work.apply(session));
    }
}
