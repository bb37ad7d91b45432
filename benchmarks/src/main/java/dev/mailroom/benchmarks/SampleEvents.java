package dev.mailroom.benchmarks;

import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.Message;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Mail as it comes: {@code message.received} with about a kilobyte of text, of a thousand accounts. */
final class SampleEvents {
    private static final int ACCOUNTS = 1_000;
    private static final int TEXT_WORDS = 150;
    private static final Instant DELIVERED = Instant.parse("2026-01-02T03:04:05Z");
    private static final UUID ORGANIZATION = new UUID(7, 7);
    private static final Mailbox INBOX = new Mailbox(new UUID(8, 8), List.of("INBOX"), MailboxRole.INBOX);

    private final Random random = new Random(42);
    private final List<String> words;
    private long number;

    SampleEvents() {
        words = random.ints(2_000, 3, 10)
                .mapToObj(length -> random.ints(length, 'a', 'z' + 1)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString())
                .toList();
    }

    CloudEvent<MailEvent> next() {
        long sequence = number++;
        UUID account = new UUID(1, random.nextInt(ACCOUNTS));
        UUID message = EventIds.of("message", account, sequence);
        String text = text();
        Message mail = new Message(
                message,
                EventIds.of("conversation", account, sequence),
                "<" + message + "@example.com>",
                List.of(),
                List.of(),
                text.substring(0, 40),
                text.substring(0, 120),
                text,
                false,
                new Address("Ana Silva", "ana@example.com"),
                List.of(new Address(null, "team@example.org")),
                List.of(),
                List.of(),
                List.of(),
                DELIVERED,
                DELIVERED,
                text.length() + 900L,
                true,
                false,
                List.of(),
                List.of(),
                Message.Automation.NONE,
                false);
        return new CloudEvent<>(
                EventIds.of("message.received", message),
                "/sync-service",
                DELIVERED,
                new MailEvent.MessageReceived(account, ORGANIZATION, mail, INBOX, MailEvent.Source.LIVE, false));
    }

    List<CloudEvent<MailEvent>> next(int count) {
        return java.util.stream.Stream.generate(this::next).limit(count).toList();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int word = 0; word < TEXT_WORDS; word++) {
            text.append(words.get(random.nextInt(words.size()))).append(' ');
        }
        return text.toString();
    }
}
