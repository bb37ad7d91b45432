package dev.mailroom.account.organization;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.http.IdempotencyKey;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Does what a request with an {@code Idempotency-Key} asks for once, and answers it as often as it comes.
 *
 * <p>The key is written first, in the transaction of the work: a second request with the same key waits at the primary key until the
 * first has committed, then gets its answer. A failed request leaves nothing behind and may be sent again with the same key.
 */
@ApplicationScoped
public class RequestOnce {
    /** How long a key is remembered. */
    static final Duration KEPT = Duration.ofDays(2);

    /** Characters of an answer as JSON. */
    static final int ANSWER_MAX_CHARACTERS = 1 << 20;

    /** Rows removed by one pass. */
    private static final int PRUNE_MAX_ROWS = 1_000;

    private static final String TAKE = "insert into request_keys"
            + " (organization_id, user_id, endpoint, key, request_digest, created_at)"
            + " values (:organization, :user, :endpoint, :key, :digest, :now) on conflict do nothing";
    private static final String THE_KEY =
            " where organization_id = :organization and user_id = :user and endpoint = :endpoint and key = :key";
    private static final String FIND = "select request_digest, answer from request_keys" + THE_KEY;
    private static final String ANSWER = "update request_keys set answer = :answer" + THE_KEY;
    private static final String PRUNE = "delete from request_keys where ctid = any (array("
            + "select ctid from request_keys where created_at < :before limit " + PRUNE_MAX_ROWS + "))";

    private final TenantTransactions transactions;
    private final ObjectMapper json;
    private final Clock clock;

    RequestOnce(TenantTransactions transactions, ObjectMapper json, Clock clock) {
        this.transactions = transactions;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Runs the work in the session's transaction, or gives back what it answered before.
     *
     * @param key empty where the client sent none: the work just runs
     * @param endpoint what is asked for, for example {@code POST /v1/teams}, without the ids that are in the path: those belong to the request
     * @param request the checked body, which becomes JSON: equal requests must become equal JSON, and it must hold no secret (a digest
     *     of one can be searched for it)
     * @param answerType what the answer can be read back as; at most {@link #ANSWER_MAX_CHARACTERS} as JSON
     * @return fails with 409 {@code idempotency-key-reused} if the key came with another request
     */
    public <T> Uni<T> once(
            Mutiny.Session session,
            Viewer viewer,
            Optional<IdempotencyKey> key,
            String endpoint,
            Object request,
            Class<T> answerType,
            Supplier<Uni<T>> work) {
        if (key.isEmpty()) {
            return work.get();
        }
        Place place = new Place(viewer, endpoint, key.get());
        byte[] digest = digest(request);
        return place.in(session.createNativeQuery(TAKE))
                .setParameter("digest", digest)
                .setParameter("now", clock.instant().atOffset(ZoneOffset.UTC))
                .executeUpdate()
                .chain(taken -> taken == 1
                        ? work.get().call(answer -> remember(session, place, answer))
                        : earlier(session, place, digest, answerType));
    }

    /** Forgets keys that are older than two days. */
    public Uni<Integer> prune() {
        return transactions.acrossOrganizationsReactive(session -> session.createNativeQuery(PRUNE)
                .setParameter("before", clock.instant().minus(KEPT).atOffset(ZoneOffset.UTC))
                .executeUpdate());
    }

    private record Place(Viewer viewer, String endpoint, IdempotencyKey key) {
        <Q extends Mutiny.AbstractQuery> Q in(Q query) {
            query.setParameter("organization", viewer.organization());
            query.setParameter("user", viewer.user());
            query.setParameter("endpoint", endpoint);
            query.setParameter("key", key.value());
            return query;
        }
    }

    private Uni<Integer> remember(Mutiny.Session session, Place place, Object answer) {
        String text = written(answer);
        if (text.length() > ANSWER_MAX_CHARACTERS) {
            throw new IllegalStateException("an answer of " + text.length() + " characters cannot be repeated");
        }
        return place.in(session.createNativeQuery(ANSWER))
                .setParameter("answer", text)
                .executeUpdate();
    }

    private <T> Uni<T> earlier(Mutiny.Session session, Place place, byte[] digest, Class<T> answerType) {
        return place.in(session.createNativeQuery(FIND, Object[].class))
                .getSingleResult()
                .map(found -> {
                    if (!MessageDigest.isEqual((byte[]) found[0], digest)) {
                        throw IdempotencyKey.reused();
                    }
                    return read((String) found[1], answerType);
                });
    }

    private byte[] digest(Object request) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(json.writeValueAsBytes(request));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java runtime", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a request that was JSON does not become JSON", e);
        }
    }

    private String written(Object answer) {
        try {
            return json.writeValueAsString(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer does not become JSON", e);
        }
    }

    private <T> T read(@Nullable String answer, Class<T> type) {
        if (answer == null) {
            throw new IllegalStateException("a key was committed without its answer");
        }
        try {
            return json.readValue(answer, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a kept answer is not a " + type.getSimpleName(), e);
        }
    }
}
