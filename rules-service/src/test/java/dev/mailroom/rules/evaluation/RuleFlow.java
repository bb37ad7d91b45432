package dev.mailroom.rules.evaluation;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.Message;
import dev.mailroom.contracts.Topics;
import dev.mailroom.rules.ServiceFixture;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An account with an owner whose rules run on what arrives, and the topics that tell what they did. */
@SuppressWarnings("NullAway.Init")
abstract class RuleFlow {
    final ServiceFixture fixture = new ServiceFixture();
    final UUID organization = UUID.randomUUID();
    final UUID owner = UUID.randomUUID();
    final UUID account = UUID.randomUUID();
    KafkaLog commands;
    KafkaLog ruleEvents;

    @BeforeEach
    void open() {
        commands = KafkaLog.fromNow(Topics.MAIL_COMMANDS);
        ruleEvents = KafkaLog.fromNow(Topics.RULE_EVENTS);
        fixture.connectAccount(account, organization, owner, false, "ana@example.com");
    }

    @AfterEach
    void close() {
        commands.close();
        ruleEvents.close();
        fixture.close();
    }

    static String always(String action) {
        return """
                {"description": "Always", "type": "incoming_email", "scope": "personal",
                 "actions": [{"type": "%s"}]}
                """.formatted(action);
    }

    static Mailbox mailbox(String name, @Nullable MailboxRole role) {
        return new Mailbox(UUID.randomUUID(), List.of(name), role);
    }

    MailEvent.MessageReceived received(Message message, Mailbox mailbox, MailEvent.Source source) {
        return new MailEvent.MessageReceived(account, organization, message, mailbox, source, false);
    }

    MailEvent.MessageReceived received(Message message) {
        return received(message, mailbox("INBOX", MailboxRole.INBOX), MailEvent.Source.LIVE);
    }

    static Predicate<LoggedRecord> of(UUID account) {
        return record -> account.toString().equals(record.key());
    }
}
