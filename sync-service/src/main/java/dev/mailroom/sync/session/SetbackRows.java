package dev.mailroom.sync.session;

import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.ownership.Fence;
import dev.mailroom.sync.ownership.FencedWrites;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.UUID;

/** SQL of what is remembered of the failures of an account. */
@Singleton
class SetbackRows {
    private final Database database;
    private final FencedWrites writes;

    @Inject
    SetbackRows(Database database, FencedWrites writes) {
        this.database = database;
        this.writes = writes;
    }

    /** What is remembered of the log-in that the account has now. */
    Setbacks.Memory of(Account account) {
        return database.first(
                        "select refused_logins, failing_since from setback where account_id = $1 and login = $2",
                        account.id(),
                        login(account))
                .map(SetbackRows::memory)
                .orElse(Setbacks.Memory.NONE);
    }

    void write(Fence fence, Account account, Setbacks.Memory memory) {
        writes.write(fence, tx -> {
            if (memory.equals(Setbacks.Memory.NONE)) {
                return tx.execute("delete from setback where account_id = $1", account.id());
            }
            Instant since = memory.failingSince();
            return tx.execute(
                    """
                    insert into setback (account_id, login, refused_logins, failing_since)
                    select id, $2, $3, $4 from account where id = $1
                    on conflict (account_id) do update set login = excluded.login, refused_logins = excluded.refused_logins,
                        failing_since = excluded.failing_since
                    """,
                    account.id(),
                    login(account),
                    memory.refusedLogins().stream()
                            .map(at -> at.atOffset(ZoneOffset.UTC))
                            .toArray(OffsetDateTime[]::new),
                    since == null ? null : since.atOffset(ZoneOffset.UTC));
        });
    }

    private static Setbacks.Memory memory(Row row) {
        OffsetDateTime since = row.getOffsetDateTime("failing_since");
        return new Setbacks.Memory(
                Arrays.stream(row.getArrayOfOffsetDateTimes("refused_logins"))
                        .map(OffsetDateTime::toInstant)
                        .toList(),
                since == null ? null : since.toInstant());
    }

    private static UUID login(Account account) {
        String words = String.join(
                "\n",
                Long.toString(account.credentialVersion()),
                account.imapHost(),
                Integer.toString(account.imapPort()),
                account.imapEncryption(),
                account.username());
        return UUID.nameUUIDFromBytes(words.getBytes(StandardCharsets.UTF_8));
    }
}
