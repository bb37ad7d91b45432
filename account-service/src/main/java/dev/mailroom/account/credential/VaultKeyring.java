package dev.mailroom.account.credential;

import dev.mailroom.account.audit.Actor;
import dev.mailroom.account.audit.Audit;
import dev.mailroom.account.audit.AuditEntry;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.http.Problems;
import dev.mailroom.vault.Vault;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * The keys of the vault, and which of them may go. A key may be taken out of the key file after it was retired here: then no credential
 * is sealed by it and none ever will be. Copies that other services hold need no counting: one that no key opens is fetched again.
 */
@ApplicationScoped
class VaultKeyring {
    private static final Logger LOG = Logger.getLogger(VaultKeyring.class);
    private static final String COUNTS = "select key_id, count(*) from credentials group by key_id";
    private static final String COUNT = "select count(*) from credentials where key_id = :key";
    private static final String LOCK = "select cast(pg_advisory_xact_lock(hashtext('retired_vault_keys')) as text)";
    private static final String RETIRED = "select key_id from retired_vault_keys";
    private static final String RETIRE =
            "insert into retired_vault_keys (key_id, retired_at) values (:key, :now) on conflict do nothing";

    private final TenantTransactions transactions;
    private final Vault vault;
    private final Audit audit;
    private final Clock clock;

    VaultKeyring(TenantTransactions transactions, Vault vault, Audit audit, Clock clock) {
        this.transactions = transactions;
        this.vault = vault;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * One key.
     *
     * @param credentials how many credentials it seals
     * @param inFile false if the key file does not hold it: what it seals cannot be opened
     */
    record Key(long id, boolean primary, long credentials, boolean inFile, boolean retired) {}

    /** All keys of the file and of the credentials, in order of their ids. Blocks the calling virtual thread. */
    List<Key> list() {
        vault.reload();
        return transactions.acrossOrganizations(session -> session.createNativeQuery(COUNTS, Object[].class)
                .getResultList()
                .chain(counts -> retired(session).map(retired -> keys(counts, retired))));
    }

    /**
     * Says that a key may be taken out of the key file. Blocks the calling virtual thread.
     *
     * @throws dev.mailroom.http.ProblemException 404, 409 {@code key-is-primary} or {@code key-in-use}
     */
    void retire(Actor operator, long key) {
        vault.reload();
        if (key == vault.primaryKeyId()) {
            throw Problems.conflict(
                    "key-is-primary", "New credentials are sealed by this key; rotate to another one first");
        }
        if (!vault.keyIds().contains(key)) {
            throw Problems.notFound("The key");
        }
        transactions.acrossOrganizations(session -> session.createNativeQuery(LOCK, String.class)
                .getSingleResult()
                .chain(() -> session.createNativeQuery(COUNT, Long.class)
                        .setParameter("key", key)
                        .getSingleResult())
                .invoke(count -> requireUnused(key, count))
                .chain(() -> session.createNativeQuery(RETIRE)
                        .setParameter("key", key)
                        .setParameter("now", clock.instant().atOffset(ZoneOffset.UTC))
                        .executeUpdate())
                .chain(added -> added == 0
                        ? Uni.createFrom().voidItem()
                        : audit.record(
                                session,
                                operator,
                                AuditEntry.of("vault.key_retired", "vault", null)
                                        .field("key", key, null))));
        LOG.infof("vault key retired key=%d", key);
    }

    private static void requireUnused(long key, long credentials) {
        if (credentials > 0) {
            throw Problems.conflict(
                            "key-in-use",
                            "Key " + key + " still seals " + credentials
                                    + " credentials; rotate first, and have the passwords that cannot be opened entered again")
                    .with("credentials", credentials);
        }
    }

    private List<Key> keys(List<Object[]> counts, Set<Long> retired) {
        Map<Long, Long> credentials = new HashMap<>();
        counts.forEach(row -> credentials.put(((Number) row[0]).longValue(), ((Number) row[1]).longValue()));
        Set<Long> ids = new TreeSet<>(vault.keyIds());
        ids.addAll(credentials.keySet());
        return ids.stream()
                .map(id -> new Key(
                        id,
                        id == vault.primaryKeyId(),
                        credentials.getOrDefault(id, 0L),
                        vault.keyIds().contains(id),
                        retired.contains(id)))
                .toList();
    }

    private static Uni<Set<Long>> retired(Mutiny.Session session) {
        return session.createNativeQuery(RETIRED, Long.class).getResultList().map(HashSet::new);
    }
}
