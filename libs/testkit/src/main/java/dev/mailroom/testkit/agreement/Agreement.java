package dev.mailroom.testkit.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.TestDatabase;
import dev.mailroom.testkit.imap.RawImapClient;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The one question at the end of every test with faults: do the server, the database and what was told on Kafka agree? No message lost,
 * none told twice, news of a message only after the message, the same flags and folders everywhere.
 */
public final class Agreement {
    private static final Duration LOOK = Duration.ofMillis(500);

    private final TestDatabase database;
    private final UUID account;
    private final KafkaLog events;
    private final Set<String> ignored;

    /**
     * Compares nothing yet.
     *
     * @param database of sync-service
     * @param events {@code mailroom.mail.events} from before the account was connected
     * @param ignored raw names of mailboxes that are not followed: drafts
     */
    public Agreement(TestDatabase database, UUID account, KafkaLog events, Set<String> ignored) {
        this.database = database;
        this.account = account;
        this.events = events;
        this.ignored = Set.copyOf(ignored);
    }

    /**
     * Waits until the database is what the server is, and compares what was told with both.
     *
     * @param what said of a failure: seed, what was done
     */
    public void comes(RawImapClient server, Duration max, String what) throws Exception {
        List<String> last = new ArrayList<>();
        try (Connection connection = database.connect()) {
            connection.createStatement().execute("set mailroom.organization = '*'");
            try {
                Awaitility.await(what)
                        .atMost(max)
                        .pollDelay(LOOK)
                        .pollInterval(LOOK)
                        .pollInSameThread()
                        .until(() -> {
                            last.clear();
                            // Before the pictures: what is under way changes both.
                            last.addAll(underWay(connection));
                            MailPicture stored = MailPicture.ofDatabase(connection, account);
                            last.addAll(stored.differencesFrom(MailPicture.ofServer(server, ignored)));
                            return last.isEmpty();
                        });
            } catch (ConditionTimeoutException notInTime) {
                assertThat(last).as(what + "\ndatabase and server").isEmpty();
            }
            awaitRelayed(connection);
            MailPicture stored = MailPicture.ofDatabase(connection, account);
            Map<UUID, List<String>> mailboxes = new LinkedHashMap<>();
            Map<UUID, String> roles = new HashMap<>();
            mailboxes(connection, mailboxes, roles);
            EventReplay replay = new EventReplay(roles);
            List<LoggedRecord> told = told();
            replay.replay(told);
            assertThat(replay.differencesFrom(stored, mailboxes))
                    .as(what + "\n" + shown(told) + "\nevents and database")
                    .isEmpty();
        }
    }

    private List<LoggedRecord> told() {
        return events.recordsToEnd().stream()
                .filter(record -> account.toString().equals(record.key()))
                .toList();
    }

    private static String shown(List<LoggedRecord> told) {
        StringBuilder shown = new StringBuilder();
        for (LoggedRecord record : told) {
            String data = record.data().toString();
            shown.append(record.type().replaceAll("^dev\\.mailroom\\.|\\.v1$", ""))
                    .append(' ')
                    .append(data.replaceAll("\"(account|organization|conversation)\":\"[^\"]*\",?", "")
                            .replaceAll("\"preview.*?\"unread\"", "\"unread\""))
                    .append('\n');
        }
        return shown.toString();
    }

    private List<String> underWay(Connection connection) throws SQLException {
        List<String> underWay = new ArrayList<>();
        if (number(connection, "select count(*) from account where id = ? and import_state = 'done'") == 0) {
            underWay.add("the import is not done");
        }
        long commands = number(
                connection,
                "select count(*) from command where account_id = ? and state in ('requested', 'planned', 'sent')");
        if (commands > 0) {
            underWay.add(commands + " commands are not done");
        }
        long settling = number(connection, "select count(*) from settling where account_id = ?");
        if (settling > 0) {
            underWay.add(settling + " messages have not settled");
        }
        return underWay;
    }

    /** The outbox forgets an event when Kafka has it. */
    private void awaitRelayed(Connection connection) {
        Awaitility.await("the outbox to be empty")
                .atMost(KafkaLog.AWAIT_MAX)
                .pollInterval(LOOK)
                .pollInSameThread()
                .until(() -> number(connection, "select count(*) from outbox where key = ?::uuid::text") == 0);
    }

    private long number(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, account);
            ResultSet rows = statement.executeQuery();
            rows.next();
            return rows.getLong(1);
        }
    }

    private void mailboxes(Connection connection, Map<UUID, List<String>> paths, Map<UUID, String> roles)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select id, path, role from mailbox where account_id = ?")) {
            statement.setObject(1, account);
            ResultSet rows = statement.executeQuery();
            while (rows.next()) {
                UUID id = rows.getObject("id", UUID.class);
                paths.put(id, List.of((String[]) rows.getArray("path").getArray()));
                String role = rows.getString("role");
                if (role != null) {
                    roles.put(id, role);
                }
            }
        }
    }
}
