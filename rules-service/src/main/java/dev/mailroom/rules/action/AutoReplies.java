package dev.mailroom.rules.action;

import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.Message;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether a message may be answered by a machine, and whom the answer goes to (RFC 3834 sections 2 and 4). */
public final class AutoReplies {
    private static final Set<String> BULK = Set.of("bulk", "junk", "list", "auto_reply");

    /** Local parts that no person reads. Short, anchored alternatives: no input makes them slow. */
    private static final Pattern MACHINE = Pattern.compile(
            "(?:.{0,64}[._+-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|"
                    + "mailer[._-]?daemon|postmaster|bounces?|listserv|majordomo)(?:[._+=-].{0,64})?|owner-.{0,64}|.{0,64}-request");

    private static final int ADDRESS_MAX_CHARACTERS = 254;

    private AutoReplies() {}

    /** Whether a machine or a list sent the message, by what its headers say. */
    public static boolean isAutomated(Message.Automation automation) {
        return reason(automation).isPresent();
    }

    /** Why a machine must not answer this message; empty if it may, as far as the message itself says. */
    public static Optional<String> refusal(Message message) {
        Optional<String> automated = reason(message.automation());
        if (automated.isPresent()) {
            return automated;
        }
        Address from = message.from();
        if (from == null || !isPlausible(from.address())) {
            return Optional.of("the message has no sender that can be answered");
        }
        if (isMachine(from.address()) || isMachine(recipient(message).address())) {
            return Optional.of("the sender's address is not read by a person");
        }
        return isPlausible(recipient(message).address())
                ? Optional.empty()
                : Optional.of("the message has no sender that can be answered");
    }

    /** Whom the answer goes to: the one address of Reply-To, else the sender. Only for a message that has a sender. */
    public static Address recipient(Message message) {
        if (message.replyTo().size() == 1) {
            return message.replyTo().getFirst();
        }
        Address from = message.from();
        if (from == null) {
            throw new IllegalArgumentException("message " + message.id() + " has no sender");
        }
        return from;
    }

    private static Optional<String> reason(Message.Automation automation) {
        String submitted = automation.autoSubmitted();
        // "auto-replied; owner-email=…": what counts stands before the parameters.
        if (submitted != null && !submitted.split(";", 2)[0].strip().equalsIgnoreCase("no")) {
            return Optional.of("the message was sent by a machine (Auto-Submitted)");
        }
        String precedence = automation.precedence();
        if (precedence != null && BULK.contains(precedence.strip().toLowerCase(Locale.ROOT))) {
            return Optional.of("the message is bulk mail (Precedence)");
        }
        if (automation.listId() != null) {
            return Optional.of("the message came from a mailing list");
        }
        return automation.nullReturnPath() ? Optional.of("the message has an empty return path") : Optional.empty();
    }

    private static boolean isMachine(String address) {
        int at = address.lastIndexOf('@');
        String local = (at < 0 ? address : address.substring(0, at)).toLowerCase(Locale.ROOT);
        return local.length() > 64 || MACHINE.matcher(local).matches();
    }

    private static boolean isPlausible(String address) {
        int at = address.lastIndexOf('@');
        return at > 0
                && at < address.length() - 1
                && address.length() <= ADDRESS_MAX_CHARACTERS
                && address.chars().noneMatch(character -> Character.isISOControl(character) || character == ' ');
    }
}
