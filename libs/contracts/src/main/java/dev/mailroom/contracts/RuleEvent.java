package dev.mailroom.contracts;

import java.util.List;
import java.util.UUID;

/** Topic {@code mailroom.rule.events}, key: account of the message that the rule saw. Written by rules-service. */
public sealed interface RuleEvent extends MailroomEvent {

    UUID rule();

    UUID account();

    @Override
    default UUID subject() {
        return rule();
    }

    @Override
    default String partitionKey() {
        return account().toString();
    }

    /**
     * What an action came to.
     *
     * @param type for example {@code apply_label}
     * @param outcome {@code ok}, {@code skipped} or {@code failed}
     * @param reason why it was skipped or failed, else empty
     */
    record ActionOutcome(String type, String outcome, String reason) {
        public ActionOutcome {
            Required.of("type", type);
            Required.of("outcome", outcome);
            Required.of("reason", reason);
        }
    }

    /** A rule matched a message and its actions were asked for. */
    @EventType("rule.ran")
    record Ran(
            UUID rule,
            UUID organization,
            UUID account,
            UUID message,
            UUID conversation,
            String description,
            List<ActionOutcome> actions)
            implements RuleEvent {
        public Ran {
            Required.of("rule", rule);
            Required.of("organization", organization);
            Required.of("account", account);
            Required.of("message", message);
            Required.of("conversation", conversation);
            Required.of("description", description);
            actions = Required.list(actions);
        }
    }

    /** A rule matched, and not one of its actions could be asked for. */
    @EventType("rule.failed")
    record Failed(UUID rule, UUID organization, UUID account, UUID message, String description, String reason)
            implements RuleEvent {
        public Failed {
            Required.of("rule", rule);
            Required.of("organization", organization);
            Required.of("account", account);
            Required.of("message", message);
            Required.of("description", description);
            Required.of("reason", reason);
        }
    }

    /** A rule names something that is gone: it never matches until it is mended. */
    @EventType("rule.broken")
    record Broken(UUID rule, UUID organization, UUID account, String description, String reason) implements RuleEvent {
        public Broken {
            Required.of("rule", rule);
            Required.of("organization", organization);
            Required.of("account", account);
            Required.of("description", description);
            Required.of("reason", reason);
        }
    }
}
