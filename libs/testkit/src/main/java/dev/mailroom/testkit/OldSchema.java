package dev.mailroom.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The schema of a service as an older version of it had it: the versioned migrations of the module whose test runs, one after the other as
 * Flyway would, each in a transaction. Repeatable migrations are left out.
 */
public final class OldSchema {
    private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");
    private static final Pattern NAME = Pattern.compile("V([0-9_]+)__.+\\.sql");

    private OldSchema() {}

    /** The tables of the outbox, which a service takes from its library and migrates before its own. */
    private static final String OUTBOX = "db/outbox/V0_1__outbox.sql";

    private record Migration(BigDecimal version, String sql) {}

    /**
     * Runs the migrations above one version up to another.
     *
     * @param after such as {@code 0} for all from the start
     * @param upTo such as {@code 6.1} for {@code V6_1__….sql}, which it includes
     */
    public static void migrate(Connection connection, String after, String upTo) throws SQLException, IOException {
        boolean before = connection.getAutoCommit();
        for (Migration migration : migrations()) {
            if (migration.version().compareTo(new BigDecimal(after)) > 0
                    && migration.version().compareTo(new BigDecimal(upTo)) <= 0) {
                connection.setAutoCommit(false);
                try (var statement = connection.createStatement()) {
                    statement.execute(migration.sql());
                }
                connection.commit();
            }
        }
        connection.setAutoCommit(before);
    }

    /** Runs all that come after a version. */
    public static void migrate(Connection connection, String after) throws SQLException, IOException {
        migrate(connection, after, Integer.toString(Integer.MAX_VALUE));
    }

    private static List<Migration> migrations() throws IOException {
        List<Migration> migrations = new ArrayList<>();
        try (InputStream outbox = Thread.currentThread().getContextClassLoader().getResourceAsStream(OUTBOX)) {
            if (outbox != null) {
                migrations.add(new Migration(
                        new BigDecimal("0.1"), new String(outbox.readAllBytes(), StandardCharsets.UTF_8)));
            }
        }
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            for (Path file : files.toList()) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    migrations.add(
                            new Migration(new BigDecimal(name.group(1).replace('_', '.')), Files.readString(file)));
                }
            }
        }
        migrations.sort(Comparator.comparing(Migration::version));
        return migrations;
    }
}
