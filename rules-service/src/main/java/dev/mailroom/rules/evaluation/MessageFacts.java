package dev.mailroom.rules.evaluation;

import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.Message;
import dev.mailroom.rules.action.AutoReplies;
import dev.mailroom.rules.condition.Facts;
import dev.mailroom.rules.condition.Field;
import dev.mailroom.rules.condition.Folding;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The facts of one message. Folds each field once. Used by one thread. */
final class MessageFacts implements Facts {
    /** @param account null where a test names none */
    record Place(@Nullable UUID account, Mailbox mailbox, boolean providerFiled) {}

    private final Message message;
    private final Place place;
    private final Map<Field, List<String>> folded = new EnumMap<>(Field.class);
    private final Map<Field, List<String>> foldedWithNames = new EnumMap<>(Field.class);
    private final Map<Field, List<String>> composed = new EnumMap<>(Field.class);
    private int foldings;

    MessageFacts(Message message, Place place) {
        this.message = message;
        this.place = place;
    }

    @Override
    public List<String> folded(Field field, boolean names) {
        boolean withNames = names && field.kind() == Field.Kind.ADDRESS;
        return (withNames ? foldedWithNames : folded).computeIfAbsent(field, missing -> fold(missing, withNames));
    }

    @Override
    public List<String> composed(Field field) {
        return composed.computeIfAbsent(
                field,
                missing -> nonEmpty(values(missing, false), text -> Normalizer.normalize(text, Normalizer.Form.NFKC)));
    }

    @Override
    public Set<UUID> ids(Field field) {
        UUID account = place.account();
        return account == null ? Set.of() : Set.of(account);
    }

    @Override
    public boolean flag(Field field) {
        return switch (field) {
            case SPAM -> place.mailbox().role() == MailboxRole.JUNK;
            case PROVIDER_FILED -> place.providerFiled();
            case AUTOMATED -> AutoReplies.isAutomated(message.automation());
            default -> throw new IllegalArgumentException(field.json() + " is not a flag");
        };
    }

    /** How many fields were folded: not more than there are, however many rules ask. */
    int foldings() {
        return foldings;
    }

    private List<String> fold(Field field, boolean names) {
        foldings++;
        return nonEmpty(
                values(field, names), field.kind() == Field.Kind.ADDRESS ? Folding::foldAddress : Folding::fold);
    }

    private static List<String> nonEmpty(Stream<String> values, Function<String, String> form) {
        return values.map(form).filter(value -> !value.isBlank()).toList();
    }

    private Stream<String> values(Field field, boolean names) {
        return switch (field) {
            case FROM -> addresses(sender(), names);
            case TO -> addresses(message.to(), names);
            case CC -> addresses(message.cc(), names);
            case BCC -> addresses(message.bcc(), names);
            case TO_CC_BCC -> addresses(recipients(), names);
            case REPLY_TO -> addresses(message.replyTo(), names);
            case SUBJECT -> Stream.of(message.subject());
            case BODY -> Stream.of(message.text());
            case CONTENT ->
                Stream.concat(
                        Stream.of(message.subject(), message.text()),
                        Stream.concat(addresses(sender(), true), addresses(recipients(), true)));
            case ATTACHMENT_NAME ->
                message.attachments().stream().map(Message.Attachment::filename).filter(Objects::nonNull);
            case MAILBOX -> Stream.of(String.join("/", place.mailbox().path()));
            case EMAIL_ACCOUNT, SPAM, PROVIDER_FILED, AUTOMATED ->
                throw new IllegalArgumentException(field.json() + " has no text");
        };
    }

    private List<Address> sender() {
        Address from = message.from();
        return from == null ? List.of() : List.of(from);
    }

    private List<Address> recipients() {
        List<Address> all = new ArrayList<>(message.to());
        all.addAll(message.cc());
        all.addAll(message.bcc());
        return all;
    }

    private static Stream<String> addresses(List<Address> addresses, boolean names) {
        return addresses.stream().flatMap(address -> {
            String name = address.name();
            return names && name != null ? Stream.of(address.address(), name) : Stream.of(address.address());
        });
    }
}
