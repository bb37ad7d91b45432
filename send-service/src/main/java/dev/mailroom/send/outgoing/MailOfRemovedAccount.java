package dev.mailroom.send.outgoing;

import dev.mailroom.send.account.AccountRemoval;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Cancels what an account that goes had not sent. */
@ApplicationScoped
class MailOfRemovedAccount implements AccountRemoval {
    /** Messages read at a time. */
    private static final int BATCH_MAX = 200;

    private final Outgoings outgoings;

    MailOfRemovedAccount(Outgoings outgoings) {
        this.outgoings = outgoings;
    }

    @Override
    public Uni<Void> accountRemoved(Mutiny.Session session, UUID account) {
        return session.createNativeQuery(
                        "select * from outgoing where account_id = :account and state in ('scheduled', 'queued', 'deferred')"
                                + " order by id limit " + BATCH_MAX + " for update",
                        OutgoingRow.class)
                .setParameter("account", account)
                .getResultList()
                .chain(rows -> cancelAll(session, rows)
                        .chain(() -> rows.size() < BATCH_MAX
                                ? Uni.createFrom().voidItem()
                                : accountRemoved(session, account)));
    }

    private Uni<Void> cancelAll(Mutiny.Session session, List<OutgoingRow> rows) {
        Uni<Void> cancelled = Uni.createFrom().voidItem();
        for (OutgoingRow row : rows) {
            cancelled = cancelled.chain(() -> outgoings.cancel(session, row));
        }
        return cancelled;
    }
}
