package dev.mailroom.rules.evaluation;

import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.Message;
import dev.mailroom.contracts.Origin;
import dev.mailroom.contracts.SendRequest;
import dev.mailroom.rules.action.Action;
import dev.mailroom.rules.action.AutoReplies;
import dev.mailroom.rules.condition.Folding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The answers of one message's rules, with the guards of RFC 3834 and our own caps. Used by one {@link Planner}. */
final class ResponsePlan {
    private static final int REFERENCES_MAX = 100;

    private final Planner.Received received;
    private final Guards guards;
    private final EvaluationConfig.Responses limits;
    private final List<Effects.Response> responses = new ArrayList<>();

    ResponsePlan(Planner.Received received, Guards guards, EvaluationConfig.Responses limits) {
        this.received = received;
        this.guards = guards;
        this.limits = limits;
    }

    List<Effects.Response> responses() {
        return List.copyOf(responses);
    }

    /** Why a rule must not answer this message; empty if it may. */
    Optional<String> refusal(UUID rule) {
        Optional<String> byMessage =
                refusal(received.message(), received.data().mailbox().role());
        if (byMessage.isPresent()) {
            return byMessage;
        }
        if (guards.ownRecipient()) {
            return Optional.of("the sender is an address of the organization");
        }
        if (guards.answered().contains(rule)) {
            return Optional.of(
                    "this rule answered the sender within " + limits.interval().toHours() + " hours");
        }
        if (guards.answersToSender() + responses.size() >= limits.perSenderMax()) {
            return Optional.of("the sender got " + limits.perSenderMax() + " answers within "
                    + limits.interval().toHours() + " hours");
        }
        if (guards.answersOfOrganization() + responses.size() >= limits.perOrganizationHourMax()) {
            return Optional.of("the organization sent " + limits.perOrganizationHourMax() + " answers within an hour");
        }
        return Optional.empty();
    }

    /** The part of the refusal that the message alone decides. */
    static Optional<String> refusal(Message message, @Nullable MailboxRole role) {
        return role == MailboxRole.JUNK
                ? Optional.of("the provider holds the message for junk")
                : AutoReplies.refusal(message);
    }

    /** The sender as answers are counted. Only for a message that may be answered. */
    static String senderOf(Message message) {
        return Folding.foldAddress(AutoReplies.recipient(message).address());
    }

    /** The request, once {@link #refusal(UUID)} was empty. */
    SendRequest.Requested answer(UUID rule, Action.SendResponse response, UUID id, Origin origin) {
        Message message = received.message();
        responses.add(
                new Effects.Response(EventIds.of("rule.response", rule, received.event()), rule, senderOf(message)));
        Address recipient = AutoReplies.recipient(message);
        return new SendRequest.Requested(
                id,
                received.data().account(),
                received.data().organization(),
                List.of(recipient),
                List.of(),
                List.of(),
                subject(response, message),
                response.text(),
                null,
                message.emailMessageId(),
                references(message),
                message.conversation(),
                true,
                origin,
                addressedTo(message));
    }

    private static List<String> addressedTo(Message message) {
        return Stream.concat(message.to().stream(), message.cc().stream())
                .map(Address::address)
                .limit(SendRequest.Requested.ADDRESSED_TO_MAX)
                .toList();
    }

    private static String subject(Action.SendResponse response, Message message) {
        String own = response.subject();
        if (own != null) {
            return own;
        }
        // A sender's subject goes into a header of ours: one line, and not longer than we let people write.
        StringBuilder line = new StringBuilder();
        message.subject()
                .codePoints()
                .filter(character -> !Character.isISOControl(character))
                .limit(Action.SUBJECT_MAX_CHARACTERS - 4L)
                .forEach(line::appendCodePoint);
        String subject = line.toString().strip();
        return subject.toLowerCase(Locale.ROOT).startsWith("re:") ? subject : "Re: " + subject;
    }

    private static List<String> references(Message message) {
        List<String> references = new ArrayList<>(message.references());
        String id = message.emailMessageId();
        if (id != null) {
            references.add(id);
        }
        int size = references.size();
        return references.subList(Math.max(0, size - REFERENCES_MAX), size);
    }
}
