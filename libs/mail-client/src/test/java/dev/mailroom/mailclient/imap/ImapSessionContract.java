package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.net.Endpoint;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a session must do with every real server. Each test has a user of its own. */
interface ImapSessionContract {
    Instant RECEIVED = Instant.parse("2026-03-04T05:06:07Z");

    Endpoint endpoint();

    /** A user with an empty mailbox. */
    String newUser() throws Exception;

    String password();

    /** False if COPYUID is missing, or such that it cannot be right. */
    default boolean tellsUidsOfCopies() {
        return true;
    }

    default ImapSession connect(String user) throws Exception {
        return LocalServers.connector().connect(endpoint(), LocalServers.credentials(user, password()));
    }

    static byte[] message(String subject) {
        return ("From: a@example.com\r\nTo: b@example.com\r\nSubject: " + subject + "\r\nMessage-ID: <" + subject
                        + "@example.com>\r\n\r\nHello " + subject + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static List<Long> appendTo(ImapSession session, MailboxName name, String... subjects) throws Exception {
        for (String subject : subjects) {
            session.append(name, message(subject), Set.of(), RECEIVED);
        }
        session.select(name, null);
        return session.searchSince(null);
    }

    static MailboxName own(ImapSession session, String... path) throws Exception {
        Namespace namespace = session.personalNamespace();
        MailboxName plain = MailboxName.of(List.of(path), namespace.delimiter(), false);
        return new MailboxName(namespace.prefix() + plain.raw(), namespace.delimiter());
    }

    @Test
    default void logsInOverTls() throws Exception {
        try (ImapSession session = connect(newUser())) {
            assertThat(session.capabilities()).contains("IMAP4REV1");
            assertThat(session.supports("imap4rev1")).isTrue();
            session.noop();
        }
    }

    @Test
    default void tellsAWrongPasswordFromEverythingElse() throws Exception {
        String user = newUser();

        MailException refused = catchThrowableOfType(
                MailException.class,
                () -> LocalServers.connector().connect(endpoint(), LocalServers.credentials(user, "wrong")));

        assertThat(refused.stage()).isEqualTo(Stage.LOGIN);
        assertThat(refused.category()).isEqualTo(Category.CREDENTIALS_REFUSED);
    }

    @Test
    default void listsTheInbox() throws Exception {
        try (ImapSession session = connect(newUser())) {
            session.select(MailboxName.INBOX, null);
            ListedMailbox inbox = session.list().stream()
                    .filter(mailbox -> mailbox.name().isInbox())
                    .findFirst()
                    .orElseThrow();
            assertThat(inbox.selectable()).isTrue();
            if (session.supports("LIST-STATUS")) {
                assertThat(inbox.status()).isNotNull();
            }
        }
    }

    @Test
    default void selectsMailboxesWithAnyName() throws Exception {
        try (ImapSession session = connect(newUser())) {
            session.select(MailboxName.INBOX, null);
            for (String name : List.of("Éléments envoyés", "A&B", "日本語", "two words", "say \"hi\"")) {
                MailboxName mailbox = own(session, name);
                session.create(mailbox, null);
                ListedMailbox listed = session.list().stream()
                        .filter(candidate -> candidate.name().path().getLast().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("not listed: " + name));
                AppendResult appended = session.append(listed.name(), message("named"), Set.of(), RECEIVED);
                SelectedMailbox selected = session.select(listed.name(), null);
                assertThat(selected.exists()).as(name).isEqualTo(1);
                if (appended.known()) {
                    assertThat(appended.uidValidity()).isEqualTo(selected.uidValidity());
                }
            }
        }
    }

    @Test
    default void creatingAMailboxTwiceIsNoError() throws Exception {
        try (ImapSession session = connect(newUser())) {
            MailboxName name = own(session, "Twice");
            session.create(name, null);
            MailException second = null;
            try {
                session.create(name, null);
            } catch (MailException refused) {
                second = refused;
            }
            // Servers without the response code cannot be understood; they must at least leave the session usable.
            assertThat(second == null || second.category() == Category.COMMAND_REFUSED)
                    .isTrue();
            assertThat(session.isOpen()).isTrue();
            session.select(name, null);
        }
    }

    @Test
    default void fetchesWhatWasAppended() throws Exception {
        try (ImapSession session = connect(newUser())) {
            AppendResult appended =
                    session.append(MailboxName.INBOX, message("one"), Set.of("\\Seen", "\\Flagged"), RECEIVED);
            List<Long> uids = appendTo(session, MailboxName.INBOX, "two", "three");

            List<FetchedMessage> fetched = new ArrayList<>();
            List<Long> missing = session.fetchMessages(uids, fetched::add);

            assertThat(missing).isEmpty();
            assertThat(uids).hasSize(3);
            assertThat(fetched).extracting(FetchedMessage::uid).containsExactlyInAnyOrderElementsOf(uids);
            FetchedMessage first = fetched.getFirst();
            assertThat(first.content()).isEqualTo(message("one"));
            assertThat(first.summary().hasFlag("\\seen")).isTrue();
            assertThat(first.summary().hasFlag("\\Flagged")).isTrue();
            assertThat(first.summary().internalDate()).isEqualTo(RECEIVED);
            if (session.supports("UIDPLUS")) {
                assertThat(appended.uid()).isEqualTo(first.uid());
            }
            List<MessageSummary> after = new ArrayList<>();
            session.fetchSummaries(UidSet.of(uids), after::add);
            assertThat(after.getLast().hasFlag("\\Seen"))
                    .as("fetching does not mark as seen")
                    .isFalse();
        }
    }

    @Test
    default void bringsSmallMailAlongWithWhatIsSaidOfIt() throws Exception {
        try (ImapSession session = connect(newUser())) {
            List<Long> uids = appendTo(session, MailboxName.INBOX, "one", "two");
            byte[] large = message("large " + "x".repeat(2_000));
            session.append(MailboxName.INBOX, large, Set.of("\\Flagged"), RECEIVED);
            session.select(MailboxName.INBOX, null);
            List<MessageSummary> came = new ArrayList<>();
            Map<Long, byte[]> contents = new HashMap<>();

            session.fetchArrivals(uids.get(1), 1_000, (summary, content) -> {
                came.add(summary);
                if (content != null) {
                    contents.put(summary.uid(), content);
                }
            });
            session.fetchArrivals(4_000_000L, 1_000, (summary, _) -> came.add(summary));

            assertThat(came).hasSize(2);
            assertThat(contents).containsOnlyKeys(uids.get(1));
            assertThat(contents.get(uids.get(1))).isEqualTo(message("two"));
            assertThat(came.getLast().size()).isEqualTo(large.length);
            assertThat(came.getLast().hasFlag("\\Flagged")).isTrue();
            assertThat(came.getLast().internalDate()).isEqualTo(RECEIVED);
            List<MessageSummary> after = new ArrayList<>();
            session.fetchSummaries(UidSet.of(uids), after::add);
            assertThat(after.getLast().hasFlag("\\Seen")).isFalse();
        }
    }

    @Test
    default void findsNothingInAnEmptyMailbox() throws Exception {
        try (ImapSession session = connect(newUser())) {
            MailboxName empty = own(session, "Empty");
            session.create(empty, null);
            session.select(empty, null);
            List<MessageSummary> found = new ArrayList<>();

            session.fetchSummaries(UidSet.ALL, found::add);
            if (session.supports("CONDSTORE")) {
                found.addAll(session.changedSince(1).orElseThrow());
            }

            assertThat(found).isEmpty();
            assertThat(session.searchSince(null)).isEmpty();
            assertThat(session.isOpen()).isTrue();
        }
    }

    @Test
    default void fetchesHeadersAndSummariesOfWhatExists() throws Exception {
        try (ImapSession session = connect(newUser())) {
            List<Long> uids = appendTo(session, MailboxName.INBOX, "one", "two");
            List<FetchedMessage> headers = new ArrayList<>();
            List<MessageSummary> summaries = new ArrayList<>();
            List<MessageSummary> beyond = new ArrayList<>();

            List<Long> missing = session.fetchHeaders(List.of(uids.getFirst(), 4_000_000L), headers::add);
            session.fetchSummaries(UidSet.ALL, summaries::add);
            session.fetchSummaries(UidSet.from(uids.getLast() + 1), beyond::add);

            assertThat(missing).containsExactly(4_000_000L);
            assertThat(headers).hasSize(1);
            assertThat(new String(headers.getFirst().content(), StandardCharsets.US_ASCII))
                    .contains("Subject: one")
                    .doesNotContain("Hello");
            assertThat(summaries)
                    .extracting(MessageSummary::uid, MessageSummary::size)
                    .containsExactly(tuple(uids.get(0), (long) message("one").length), tuple(uids.get(1), (long)
                            message("two").length));
            assertThat(beyond).as("n:* never gives older ones").isEmpty();
        }
    }

    @Test
    default void streamsAMessageInSlices() throws Exception {
        byte[] large = new byte[6 * FetchCommands.SLICE_BYTES + 12_345];
        java.util.Arrays.fill(large, (byte) 'x');
        byte[] header = "Subject: large\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(header, 0, large, 0, header.length);
        for (int i = 100; i < large.length - 1; i += 78) {
            large[i] = '\r';
            large[i + 1] = '\n';
        }
        try (ImapSession session = connect(newUser())) {
            session.append(MailboxName.INBOX, large, Set.of(), RECEIVED);
            session.select(MailboxName.INBOX, null);
            long uid = session.searchSince(null).getFirst();
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            ByteArrayOutputStream text = new ByteArrayOutputStream();

            long written = session.streamMessage(uid, whole);
            session.streamPart(uid, "1", text);

            assertThat(written).isEqualTo(large.length);
            assertThat(whole.toByteArray()).isEqualTo(large);
            assertThat(text.size()).isEqualTo(large.length - header.length);
            assertThat(session.streamMessage(uid + 1, whole)).isZero();
        }
    }

    @Test
    default void changesFlagsInBothDirections() throws Exception {
        try (ImapSession session = connect(newUser())) {
            List<Long> uids = appendTo(session, MailboxName.INBOX, "one", "two");

            session.storeFlags(uids, true, Set.of("\\Seen", "\\Flagged"));
            session.storeFlags(List.of(uids.getFirst()), false, Set.of("\\Flagged"));

            List<MessageSummary> summaries = new ArrayList<>();
            session.fetchSummaries(UidSet.of(uids), summaries::add);
            assertThat(summaries).allMatch(summary -> summary.hasFlag("\\Seen"));
            assertThat(summaries).extracting(s -> s.hasFlag("\\Flagged")).containsExactly(false, true);
        }
    }

    @Test
    default void copiesAndTellsTheNewUids() throws Exception {
        try (ImapSession session = connect(newUser())) {
            MailboxName target = own(session, "Copies");
            session.create(target, null);
            List<Long> uids = appendTo(session, MailboxName.INBOX, "one", "two", "three");

            TransferResult copied = session.copy(List.of(uids.get(0), uids.get(2)), target);

            assertThat(copied.sources()).isEqualTo(TransferResult.Sources.KEPT);
            assertThat(session.searchSince(null)).hasSize(3);
            session.select(target, null);
            List<Long> found = session.searchSince(null);
            assertThat(found).hasSize(2);
            if (tellsUidsOfCopies()) {
                assertThat(copied.uids()).containsOnlyKeys(uids.get(0), uids.get(2));
                assertThat(copied.uids().values()).containsExactlyInAnyOrderElementsOf(found);
            }
        }
    }

    @Test
    default void movesOnlyWhatIsNamed() throws Exception {
        try (ImapSession session = connect(newUser())) {
            MailboxName target = own(session, "Moved");
            session.create(target, null);
            List<Long> uids = appendTo(session, MailboxName.INBOX, "one", "two", "three");
            session.storeFlags(List.of(uids.get(2)), true, Set.of("\\Deleted"));

            TransferResult moved = session.move(List.of(uids.get(0)), target);

            assertThat(moved.sources()).isEqualTo(TransferResult.Sources.REMOVED);
            assertThat(session.searchSince(null)).containsExactly(uids.get(1), uids.get(2));
            assertThat(moved.uids()).containsOnlyKeys(uids.get(0));
            session.select(target, null);
            assertThat(session.searchSince(null))
                    .containsExactlyElementsOf(moved.uids().values());
        }
    }

    @Test
    default void removesOnlyWhatIsNamed() throws Exception {
        try (ImapSession session = connect(newUser())) {
            List<Long> uids = appendTo(session, MailboxName.INBOX, "one", "two", "three");
            session.storeFlags(List.of(uids.get(2)), true, Set.of("\\Deleted"));

            assertThat(session.remove(List.of(uids.get(0)))).isEqualTo(TransferResult.Sources.REMOVED);

            assertThat(session.searchSince(null)).containsExactly(uids.get(1), uids.get(2));
        }
    }

    @Test
    default void copyingToAMissingMailboxLeavesTheSessionUsable() throws Exception {
        try (ImapSession session = connect(newUser())) {
            List<Long> uids = appendTo(session, MailboxName.INBOX, "one");

            MailException refused =
                    catchThrowableOfType(MailException.class, () -> session.copy(uids, own(session, "Nowhere")));

            assertThat(refused.category()).isIn(Category.NO_SUCH_MAILBOX, Category.COMMAND_REFUSED);
            assertThat(session.isOpen()).isTrue();
            assertThat(session.searchSince(null)).isEqualTo(uids);
        }
    }

    @Test
    default void searchesByDate() throws Exception {
        try (ImapSession session = connect(newUser())) {
            session.append(MailboxName.INBOX, message("old"), Set.of(), Instant.parse("2020-01-01T12:00:00Z"));
            session.append(MailboxName.INBOX, message("new"), Set.of(), Instant.parse("2026-01-01T12:00:00Z"));
            session.select(MailboxName.INBOX, null);

            assertThat(session.searchSince(null)).hasSize(2).isSorted();
            assertThat(session.searchSince(LocalDate.of(2025, 1, 1))).hasSize(1);
            assertThat(session.searchSince(LocalDate.of(2026, 6, 1))).isEmpty();
        }
    }

    @Test
    default void countsAMailboxThatIsNotSelected() throws Exception {
        try (ImapSession session = connect(newUser())) {
            MailboxName other = own(session, "Counted");
            session.create(other, null);
            session.append(other, message("one"), Set.of("\\Seen"), RECEIVED);
            session.append(other, message("two"), Set.of(), RECEIVED);
            session.select(MailboxName.INBOX, null);

            MailboxStatus status = session.status(other);

            assertThat(status.messages()).isEqualTo(2);
            assertThat(status.unseen()).isEqualTo(1);
            assertThat(status.uidValidity()).isPositive();
            assertThat(status.uidNext()).isGreaterThan(2);
        }
    }

    @Test
    default void noticesNewMailWhileIdle() throws Exception {
        String user = newUser();
        try (ImapSession watching = connect(user);
                ImapSession delivering = connect(user)) {
            assertThat(watching.supports("IDLE")).isTrue();
            watching.select(MailboxName.INBOX, null);
            CompletableFuture<List<MailboxUpdate>> news = new CompletableFuture<>();
            Thread.startVirtualThread(() -> {
                try {
                    news.complete(watching.awaitChange(Duration.ofSeconds(20)));
                } catch (Exception failure) {
                    news.completeExceptionally(failure);
                }
            });

            delivering.append(MailboxName.INBOX, message("news"), Set.of(), RECEIVED);

            assertThat(news.get(20, TimeUnit.SECONDS)).contains(new MailboxUpdate.Exists(1));
            assertThat(watching.searchSince(null)).hasSize(1);
        }
    }

    @Test
    default void wakesFromIdle() throws Exception {
        try (ImapSession session = connect(newUser())) {
            session.select(MailboxName.INBOX, null);
            session.wake();
            assertThat(session.awaitChange(Duration.ofMinutes(1)))
                    .as("woken before")
                    .isEmpty();
            Thread.startVirtualThread(session::wake);
            assertThat(session.awaitChange(Duration.ofMinutes(1)))
                    .as("woken while waiting")
                    .isEmpty();
            assertThat(session.awaitChange(Duration.ofMillis(200)))
                    .as("time is over")
                    .isEmpty();
            session.noop();
        }
    }
}
