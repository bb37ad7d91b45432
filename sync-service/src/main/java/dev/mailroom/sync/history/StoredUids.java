package dev.mailroom.sync.history;

import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.database.Sql;
import java.util.UUID;

/** UIDs that are stored, as ranges: read in an instant and held in a few bytes, however many there are. */
final class StoredUids {
    private static final String RANGES = """
            select min(uid) as first, max(uid) as last
            from (select uid, uid - row_number() over (order by uid) as island from (%s) u) i group by island
            """;

    private StoredUids() {}

    /** What is taken in or in quarantine. */
    static UidSet known(Sql sql, UUID mailbox, long uidValidity) {
        return ranges(sql, """
                select uid from copy where mailbox_id = $1 and uid_validity = $2
                union select uid from quarantine where mailbox_id = $1 and uid_validity = $2
                """, mailbox, uidValidity);
    }

    /** Old mail that is stored and not missed. */
    static UidSet present(Sql sql, UUID mailbox, long uidValidity, long liveFrom) {
        return ranges(sql, """
                select uid from copy where mailbox_id = $1 and uid_validity = $2 and vanished_at is null and uid < $3
                """, mailbox, uidValidity, liveFrom);
    }

    private static UidSet ranges(Sql sql, String uids, Object... parameters) {
        return new UidSet(sql.list(
                row -> new UidSet.Range(row.getLong("first"), row.getLong("last")),
                RANGES.formatted(uids),
                parameters));
    }
}
