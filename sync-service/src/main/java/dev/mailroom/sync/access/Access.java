package dev.mailroom.sync.access;

import dev.mailroom.http.Problems;
import dev.mailroom.sync.database.Sql;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Decides what a viewer may see. Stateless: asked anew for each request, so that what is taken away is away at once. */
@Singleton
public class Access {
    private static final String GRANTS = """
            select a.id as account, null as address from account a
            where a.organization_id = $1 and not a.removed and %s
            union all
            select s.account_id, s.address from shared_address s join account a on a.id = s.account_id
            where s.organization_id = $1 and a.organization_id = $1 and not a.removed and (s.everyone or s.readers @> array[$2]::uuid[])
            """.formatted(reads("a", "$2"));

    /**
     * Condition: the user may read the content of the account.
     *
     * @param account alias of the table
     * @param user placeholder
     */
    public static String reads(String account, String user) {
        return "(%1$s.owner_id = %2$s or %1$s.everyone or %1$s.readers @> array[%2$s]::uuid[])"
                .formatted(account, user);
    }

    /**
     * Condition: the account is there and the viewer may see how it is doing.
     *
     * @param account alias of the table
     * @param first number of the first of three placeholders, which take {@link #parameters}
     */
    public static String inspects(String account, int first) {
        return "(%1$s.organization_id = $%2$d and not %1$s.removed and ($%3$d::boolean or %4$s))"
                .formatted(account, first, first + 2, reads(account, "$" + (first + 1)));
    }

    /** Organization, user, manager. */
    public static List<Object> parameters(Viewer viewer) {
        return List.of(viewer.organization(), viewer.user(), viewer.manager());
    }

    /** What the viewer may do with the account; empty if it does not exist for him. */
    public Optional<AccountAccess> to(Sql sql, Viewer viewer, UUID account) {
        return sql.first(
                        "select coalesce(" + reads("a", "$2") + ", false) as content, "
                                + "(coalesce(a.owner_id = $2, false) or ($3::boolean and (a.everyone or a.readers <> '{}'))) as change"
                                + " from account a where a.id = $4 and "
                                + inspects("a", 1),
                        viewer.organization(),
                        viewer.user(),
                        viewer.manager(),
                        account)
                .map(row -> new AccountAccess(account, row.getBoolean("content"), row.getBoolean("change")));
    }

    /** @throws dev.mailroom.http.ProblemException 404 if the account does not exist for the viewer */
    public AccountAccess require(Sql sql, Viewer viewer, UUID account) {
        return to(sql, viewer, account).orElseThrow(() -> Problems.notFound("The account"));
    }

    /** All that the viewer may read. */
    public Grants grants(Sql sql, Viewer viewer) {
        Set<UUID> accounts = new HashSet<>();
        List<Row> addresses = new ArrayList<>();
        for (Row row : sql.query(GRANTS, viewer.organization(), viewer.user())) {
            if (row.getString("address") == null) {
                accounts.add(row.getUUID("account"));
            } else {
                addresses.add(row);
            }
        }
        addresses.removeIf(row -> accounts.contains(row.getUUID("account")));
        return new Grants(
                Set.copyOf(accounts),
                addresses.stream()
                        .map(row -> new Grants.SharedAddress(row.getUUID("account"), row.getString("address")))
                        .toList());
    }
}
