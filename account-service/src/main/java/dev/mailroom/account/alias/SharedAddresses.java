package dev.mailroom.account.alias;

import dev.mailroom.account.audit.Audit;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.hibernate.reactive.mutiny.Mutiny;

/** Agreeing to sharing an address. Every method blocks its virtual thread. */
@ApplicationScoped
class SharedAddresses {
    private final TenantTransactions transactions;
    private final AliasedAccounts accounts;
    private final AliasRepository repository;
    private final AddressProofs proofs;
    private final Audit audit;
    private final Clock clock;

    SharedAddresses(
            TenantTransactions transactions,
            AliasedAccounts accounts,
            AliasRepository repository,
            AddressProofs proofs,
            Audit audit,
            Clock clock) {
        this.transactions = transactions;
        this.accounts = accounts;
        this.repository = repository;
        this.proofs = proofs;
        this.audit = audit;
        this.clock = clock;
    }

    /** An address that agreed to being shared. */
    @Schema(name = "SharedAddress", examples = SharedAddress.EXAMPLE)
    public record SharedAddress(UUID account, UUID alias, String address) {
        static final String EXAMPLE = """
                {"account": "0195d3c8-6f2b-7c1a-9a57-0d9c4a1f2b3c", "alias": "0195d3c8-7f2b-7c1a-9a57-0d9c4a1f2b3d",
                 "address": "support@example.com"}""";
    }

    /**
     * Has another link mailed to the address.
     *
     * @throws dev.mailroom.http.ProblemException 403, 404, 409 {@code nothing-to-confirm} or {@code notices-not-configured}, 429
     */
    void askAgain(Viewer viewer, UUID account, UUID alias) {
        transactions.inOrganization(
                viewer.organization(),
                session -> accounts.lock(session, viewer, account)
                        .chain(() -> repository.get(session, account, alias))
                        .chain(row -> {
                            if (!row.needsConfirmation()) {
                                throw Problems.conflict(
                                        "nothing-to-confirm",
                                        "The alias has no readers, or its address agreed already");
                            }
                            return proofs.ask(session, viewer, row);
                        }));
    }

    /**
     * Takes the agreement of whoever followed the link; any user of the organization may, having read the mail is what counts.
     *
     * @throws dev.mailroom.http.ProblemException 404, 409 {@code link-used} or {@code link-expired}
     */
    SharedAddress confirm(Viewer viewer, String token) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> proofs.find(session, viewer.organization(), token)
                        .chain(found -> accounts.hold(session, found.account()))
                        // Once more: whoever held the account may have followed the same link.
                        .chain(() -> proofs.find(session, viewer.organization(), token))
                        .chain(proof -> confirm(session, viewer, proof, token)));
    }

    private Uni<SharedAddress> confirm(Mutiny.Session session, Viewer viewer, AddressProofs.Proof proof, String token) {
        return proofs.use(session, proof, token)
                .chain(() -> repository.get(session, proof.account(), proof.alias()))
                .chain(row -> {
                    if (!row.address.equalsIgnoreCase(proof.address())) {
                        throw Problems.conflict(
                                "link-expired", "The alias has another address by now; ask for another link");
                    }
                    row.confirmedAt = clock.instant();
                    row.updatedAt = row.confirmedAt;
                    return session.flush()
                            .chain(() -> audit.record(session, viewer.actor(), AliasAudit.confirmed(row)))
                            .chain(() -> accounts.changed(session, row.accountId))
                            .replaceWith(new SharedAddress(row.accountId, row.id, row.address));
                });
    }
}
