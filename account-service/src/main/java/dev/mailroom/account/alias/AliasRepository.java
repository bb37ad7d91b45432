package dev.mailroom.account.alias;

import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** SQL for aliases. Stateless: the caller owns the session and therefore the transaction. */
@ApplicationScoped
class AliasRepository {
    private static final UUID FIRST = new UUID(0, 0);
    private static final String FACTS =
            "select new dev.mailroom.account.alias.AliasFacts(a.id, a.address, a.description,"
                    + " a.name, a.isDefault, a.sendersMode, a.sendersUsers, a.readersMode, a.readersTeam, a.readersUsers,"
                    + " a.confirmedAt) from AliasRow a where a.accountId = :account order by a.isDefault desc, a.id";
    private static final String LIST = "from AliasRow a where a.accountId = :account"
            + " and (:whole = true or a.isDefault = false and a.id > :after) and (:all = true or a.id in :only)"
            + " order by a.isDefault desc, a.id";
    private static final String OPEN_TO = "select id from aliases where account_id = :account"
            + " and organization_id = :organization and (senders_mode = 'everyone' or :user = any(senders_users))";
    private static final String WORDS = "from OverrideRow o where o.userId = :user and o.aliasId in :aliases";
    private static final String WRITE_WORDS = """
            insert into alias_overrides (alias_id, user_id, organization_id, name, signature, signature_format, updated_at)
            values (:alias, :user, :organization, :name, :signature, :format, :now)
            on conflict (alias_id, user_id) do update set name = excluded.name, signature = excluded.signature,
                signature_format = excluded.signature_format, updated_at = excluded.updated_at""";

    /** The aliases of an account, the default one first, without their signatures. */
    Uni<List<AliasFacts>> facts(Mutiny.Session session, UUID account) {
        return session.createSelectionQuery(FACTS, AliasFacts.class)
                .setParameter("account", account)
                .getResultList();
    }

    /**
     * The default alias, then the others by their ids.
     *
     * @param after null from the start, the lowest id for what comes after the default alias
     * @param only the aliases that are wanted, null for all
     */
    Uni<List<AliasRow>> list(
            Mutiny.Session session, UUID account, @Nullable UUID after, @Nullable Collection<UUID> only, int limit) {
        return session.createSelectionQuery(LIST, AliasRow.class)
                .setParameter("account", account)
                .setParameter("whole", after == null)
                .setParameter("after", after == null ? FIRST : after)
                .setParameter("all", only == null)
                .setParameter("only", only == null ? List.of(FIRST) : List.copyOf(only))
                .setMaxResults(limit)
                .getResultList();
    }

    /** The alias of this account, or a 404. */
    Uni<AliasRow> get(Mutiny.Session session, UUID account, UUID alias) {
        return session.createSelectionQuery(
                        "from AliasRow a where a.id = :id and a.accountId = :account", AliasRow.class)
                .setParameter("id", alias)
                .setParameter("account", account)
                .getSingleResultOrNull()
                .map(AliasRepository::orNotFound);
    }

    /** Ids of the aliases that the viewer may send as though the account is not shared with them. */
    Uni<List<UUID>> openTo(Mutiny.Session session, Viewer viewer, UUID account) {
        return session.createNativeQuery(OPEN_TO, UUID.class)
                .setParameter("account", account)
                .setParameter("organization", viewer.organization())
                .setParameter("user", viewer.user())
                .getResultList();
    }

    /** Makes room for another default alias. */
    Uni<Void> clearDefault(Mutiny.Session session, UUID account, Instant now) {
        return session.createMutationQuery("update AliasRow a set a.isDefault = false, a.updatedAt = :now"
                        + " where a.accountId = :account and a.isDefault = true")
                .setParameter("account", account)
                .setParameter("now", now)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** The default alias follows the name of its account while nobody gave it another. */
    Uni<Void> rename(Mutiny.Session session, UUID account, String before, String after, Instant now) {
        return session.createMutationQuery("update AliasRow a set a.name = :after, a.updatedAt = :now"
                        + " where a.accountId = :account and a.isDefault = true and a.name = :before")
                .setParameter("account", account)
                .setParameter("before", before)
                .setParameter("after", after)
                .setParameter("now", now)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** What a person set for themselves, by alias. */
    Uni<Map<UUID, OwnWords>> words(Mutiny.Session session, UUID user, List<UUID> aliases) {
        if (aliases.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return session.createSelectionQuery(WORDS, OverrideRow.class)
                .setParameter("user", user)
                .setParameter("aliases", aliases)
                .getResultList()
                .map(rows -> {
                    Map<UUID, OwnWords> words = HashMap.newHashMap(rows.size());
                    rows.forEach(row -> words.put(row.aliasId, row.words()));
                    return words;
                });
    }

    Uni<Void> write(Mutiny.Session session, Viewer viewer, UUID alias, OwnWords words, Instant now) {
        SignatureFormat format = words.signatureFormat();
        return session.createNativeQuery(WRITE_WORDS)
                .setParameter("alias", alias)
                .setParameter("user", viewer.user())
                .setParameter("organization", viewer.organization())
                .setParameter("name", words.name())
                .setParameter("signature", words.signature())
                .setParameter("format", format == null ? null : format.wireName())
                .setParameter("now", now.atOffset(ZoneOffset.UTC))
                .executeUpdate()
                .replaceWithVoid();
    }

    Uni<Void> forget(Mutiny.Session session, Viewer viewer, UUID alias) {
        return session.createMutationQuery("delete from OverrideRow o where o.aliasId = :alias and o.userId = :user")
                .setParameter("alias", alias)
                .setParameter("user", viewer.user())
                .executeUpdate()
                .replaceWithVoid();
    }

    private static AliasRow orNotFound(@Nullable AliasRow row) {
        if (row == null) {
            throw Problems.notFound("The alias");
        }
        return row;
    }
}
