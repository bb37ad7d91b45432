package dev.mailroom.sync;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** What the team does to messages meanwhile: commands to our session, about any message that it has told. */
final class RandomCommands {
    private final Scene scene;
    private final AccountState account;
    private final Origin origin = Origin.user(UUID.randomUUID());

    RandomCommands(Scene scene, AccountState account) {
        this.scene = scene;
        this.account = account;
    }

    /** Sends one; says what. */
    String ask(Random random) throws SQLException {
        List<UUID> messages = messages();
        if (messages.isEmpty()) {
            return "no command: no message is known";
        }
        UUID message = messages.get(random.nextInt(messages.size()));
        MailCommand command = command(random, message);
        scene.publish(command);
        return command.getClass().getSimpleName() + " " + message;
    }

    private MailCommand command(Random random, UUID message) {
        UUID id = UUID.randomUUID();
        UUID of = account.account();
        UUID organization = account.organization();
        return switch (random.nextInt(7)) {
            case 0 -> new MailCommand.MarkRead(id, of, organization, message, origin);
            case 1 -> new MailCommand.MarkUnread(id, of, organization, message, origin);
            case 2 -> new MailCommand.Archive(id, of, organization, message, origin);
            case 3 -> new MailCommand.MoveToInbox(id, of, organization, message, origin);
            case 4 -> new MailCommand.Trash(id, of, organization, message, origin);
            case 5 -> new MailCommand.ApplyLabel(id, of, organization, message, "Label", origin);
            default -> new MailCommand.RemoveLabel(id, of, organization, message, "Label", origin);
        };
    }

    private List<UUID> messages() throws SQLException {
        List<UUID> messages = new ArrayList<>();
        try (Connection connection = TestPostgres.shared().database("sync").connect();
                PreparedStatement statement = connection.prepareStatement(
                        "select distinct message_id from copy where account_id = ? order by message_id")) {
            statement.setObject(1, account.account());
            ResultSet rows = statement.executeQuery();
            while (rows.next()) {
                messages.add(rows.getObject(1, UUID.class));
            }
        }
        return messages;
    }
}
