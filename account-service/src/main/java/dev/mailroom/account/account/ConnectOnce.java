package dev.mailroom.account.account;

import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.IdempotencyKey;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which account an {@code Idempotency-Key} made. Only what succeeded is remembered: a failed request may be sent again with
 * the same key.
 */
@ApplicationScoped
class ConnectOnce {
    /** How long a key is remembered. */
    static final Duration KEPT = Duration.ofDays(2);

    /** Rows removed by one pass. */
    private static final int PRUNE_MAX_ROWS = 1_000;

    private static final String FIND = "select request_digest, account_id from idempotency_keys"
            + " where organization_id = :organization and user_id = :user and key = :key";
    private static final String INSERT = "insert into idempotency_keys"
            + " (organization_id, user_id, key, request_digest, account_id, created_at)"
            + " values (:organization, :user, :key, :digest, :account, :now)";
    private static final String PRUNE = "delete from idempotency_keys where ctid = any (array("
            + "select ctid from idempotency_keys where created_at < :before limit " + PRUNE_MAX_ROWS + "))";

    private final TenantTransactions transactions;
    private final Clock clock;

    ConnectOnce(TenantTransactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /** A key and the digest of the request that it came with. */
    record Asked(IdempotencyKey key, byte[] digest) {
        /** @param request as the client sent it: what is put in for it, found servers for one, may be another the next time */
        static Asked of(IdempotencyKey key, ConnectRequest request) {
            return new Asked(key, ConnectOnce.digest(request));
        }
    }

    /**
     * The account that the key made, or null if it made none.
     *
     * @throws dev.mailroom.http.ProblemException 409 if the key came with another request
     */
    Uni<UUID> find(Mutiny.Session session, Viewer viewer, Asked asked) {
        return session.createNativeQuery(FIND, Object[].class)
                .setParameter("organization", viewer.organization())
                .setParameter("user", viewer.user())
                .setParameter("key", asked.key().value())
                .getSingleResultOrNull()
                .map(found -> {
                    if (found == null) {
                        return null;
                    }
                    if (!MessageDigest.isEqual((byte[]) found[0], asked.digest())) {
                        throw IdempotencyKey.reused();
                    }
                    return (UUID) found[1];
                });
    }

    /** Fails with a unique violation of {@link UniqueViolation#IDEMPOTENCY_KEY} if the key was used in the meantime. */
    Uni<Void> remember(Mutiny.Session session, Viewer viewer, Asked asked, UUID account) {
        return session.createNativeQuery(INSERT)
                .setParameter("organization", viewer.organization())
                .setParameter("user", viewer.user())
                .setParameter("key", asked.key().value())
                .setParameter("digest", asked.digest())
                .setParameter("account", account)
                .setParameter("now", clock.instant().atOffset(ZoneOffset.UTC))
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Forgets keys that are older than {@link #KEPT}. */
    Uni<Integer> prune() {
        return transactions.acrossOrganizationsReactive(session -> session.createNativeQuery(PRUNE)
                .setParameter("before", clock.instant().minus(KEPT).atOffset(ZoneOffset.UTC))
                .executeUpdate());
    }

    /** Of everything but the password: a digest of that could be searched for the password. */
    private static byte[] digest(ConnectRequest request) {
        var said = new StringBuilder();
        for (Object part : new @Nullable Object[] {
            request.kind(),
            request.displayName(),
            request.email(),
            request.username(),
            request.imap(),
            request.smtp(),
            request.history(),
            request.sharing(),
            request.sidebar()
        }) {
            String text = String.valueOf(part);
            said.append(text.length()).append(':').append(text);
        }
        try {
            return MessageDigest.getInstance("SHA-256").digest(said.toString().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java runtime", e);
        }
    }
}
