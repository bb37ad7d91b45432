package dev.mailroom.account.credential;

import dev.mailroom.account.audit.Actor;
import dev.mailroom.account.audit.Audit;
import dev.mailroom.account.audit.AuditEntry;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.vault.SealContext;
import dev.mailroom.vault.Vault;
import dev.mailroom.vault.VaultException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Wraps every stored envelope with the newest key of the key file. Can be run again at any time, also after it was cut short. */
@ApplicationScoped
class VaultRotation {
    private static final Logger LOG = Logger.getLogger(VaultRotation.class);
    private static final String STALE =
            "from CredentialRow c where c.keyId <> :key and c.accountId > :after order by c.accountId";
    private static final UUID START = new UUID(0, 0);

    private final TenantTransactions transactions;
    private final Vault vault;
    private final Audit audit;
    private final VaultConfig config;
    private final Clock clock;

    VaultRotation(TenantTransactions transactions, Vault vault, Audit audit, VaultConfig config, Clock clock) {
        this.transactions = transactions;
        this.vault = vault;
        this.audit = audit;
        this.config = config;
        this.clock = clock;
    }

    /**
     * @param key id of the key that wraps everything now
     * @param rewrapped envelopes that were wrapped by an older key
     * @param failed accounts whose envelope could not be opened with any key: their password has to be entered again
     */
    record Outcome(long key, int rewrapped, List<UUID> failed) {}

    /** Reads the key file again, then wraps in batches. Blocks the calling virtual thread. */
    Outcome run(Actor operator) {
        vault.reload();
        int rewrapped = 0;
        List<UUID> failed = new ArrayList<>();
        UUID after = START;
        while (true) {
            UUID from = after;
            Batch batch = transactions.acrossOrganizations(session -> batch(session, from));
            rewrapped += batch.rewrapped();
            failed.addAll(batch.failed());
            if (batch.last() == null) {
                LOG.infof(
                        "vault rotated key=%d rewrapped=%d failed=%d", vault.primaryKeyId(), rewrapped, failed.size());
                Outcome outcome = new Outcome(vault.primaryKeyId(), rewrapped, List.copyOf(failed));
                transactions.acrossOrganizations(session -> audit.record(session, operator, entry(outcome)));
                return outcome;
            }
            after = batch.last();
        }
    }

    private static AuditEntry entry(Outcome outcome) {
        return AuditEntry.of("vault.rotated", "vault", null)
                .field("key", null, outcome.key())
                .field("rewrapped", null, outcome.rewrapped())
                .field("failed", null, outcome.failed().size());
    }

    private record Batch(
            int rewrapped, List<UUID> failed, @Nullable UUID last) {}

    private Uni<Batch> batch(Mutiny.Session session, UUID after) {
        return session.createSelectionQuery(STALE, CredentialRow.class)
                .setParameter("key", vault.primaryKeyId())
                .setParameter("after", after)
                .setMaxResults(config.rotateBatchMax())
                .setLockMode(LockMode.PESSIMISTIC_WRITE)
                .getResultList()
                .map(this::rewrap)
                .call(session::flush);
    }

    private Batch rewrap(List<CredentialRow> rows) {
        int rewrapped = 0;
        List<UUID> failed = new ArrayList<>();
        for (CredentialRow row : rows) {
            try {
                row.sealed = vault.rewrap(row.sealed, SealContext.imapSmtp(row.organizationId, row.accountId));
                row.keyId = Vault.keyId(row.sealed);
                row.updatedAt = clock.instant();
                rewrapped++;
            } catch (VaultException e) {
                LOG.warnf("credential cannot be rewrapped account=%s reason=%s", row.accountId, e.reason());
                failed.add(row.accountId);
            }
        }
        return new Batch(rewrapped, failed, rows.isEmpty() ? null : rows.getLast().accountId);
    }
}
