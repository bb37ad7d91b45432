package dev.mailroom.rules;

import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Messages for tests: one that a person wrote, changed where the test cares. */
public final class TestMessages {
    private UUID id = UUID.randomUUID();
    private UUID conversation = UUID.randomUUID();
    private String subject = "Hello";
    private String text = "How are you?";
    private @Nullable Address from = new Address("Bo Berg", "bo@example.org");
    private List<Address> to = List.of(new Address("Ana Silva", "ana@example.com"));
    private List<Address> cc = List.of();
    private List<Address> replyTo = List.of();
    private List<Message.Attachment> attachments = List.of();
    private Message.Automation automation = Message.Automation.NONE;

    private TestMessages() {}

    public static TestMessages message() {
        return new TestMessages();
    }

    public TestMessages id(UUID value) {
        id = value;
        return this;
    }

    public TestMessages conversation(UUID value) {
        conversation = value;
        return this;
    }

    public TestMessages subject(String value) {
        subject = value;
        return this;
    }

    public TestMessages text(String value) {
        text = value;
        return this;
    }

    public TestMessages from(@Nullable String name, String address) {
        from = new Address(name, address);
        return this;
    }

    public TestMessages fromNobody() {
        from = null;
        return this;
    }

    public TestMessages to(String... addresses) {
        to = addresses(addresses);
        return this;
    }

    public TestMessages cc(String... addresses) {
        cc = addresses(addresses);
        return this;
    }

    public TestMessages replyTo(String... addresses) {
        replyTo = addresses(addresses);
        return this;
    }

    public TestMessages attachment(String filename) {
        List<Message.Attachment> more = new ArrayList<>(attachments);
        more.add(new Message.Attachment("2", filename, "application/pdf", 10));
        attachments = more;
        return this;
    }

    public TestMessages automation(Message.Automation value) {
        automation = value;
        return this;
    }

    public Message build() {
        return new Message(
                id,
                conversation,
                "<m-" + id + "@example.org>",
                List.of(),
                List.of("<root@example.org>"),
                subject,
                "",
                text,
                false,
                from,
                to,
                cc,
                List.of(),
                replyTo,
                Instant.parse("2026-11-20T10:00:00Z"),
                null,
                1_000,
                true,
                false,
                List.of(),
                attachments,
                automation,
                false);
    }

    private static List<Address> addresses(String... addresses) {
        List<Address> list = new ArrayList<>();
        for (String address : addresses) {
            list.add(new Address(null, address));
        }
        return list;
    }
}
