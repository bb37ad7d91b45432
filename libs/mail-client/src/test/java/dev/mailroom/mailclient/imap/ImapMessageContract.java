package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of messages with every real server: found, fetched, flagged, copied, moved and removed. */
interface ImapMessageContract extends TestedServer {
    @Test
    default void fetchesWhatWasAppended() throws Exception {
        try (ImapSession session = connect(newUser())) {
            AppendResult appended = session.append(
                    MailboxName.INBOX, TestedServer.message("one"), Set.of("\\Seen", "\\Flagged"), RECEIVED);
            List<Long> uids = TestedServer.appendTo(session, MailboxName.INBOX, "two", "three");

            List<FetchedMessage> fetched = new ArrayList<>();
            List<Long> missing = session.fetchMessages(uids, fetched::add);

            assertThat(missing).isEmpty();
            assertThat(uids).hasSize(3);
            assertThat(fetched).extracting(FetchedMessage::uid).containsExactlyInAnyOrderElementsOf(uids);
            FetchedMessage first = fetched.getFirst();
            assertThat(first.content()).isEqualTo(TestedServer.message("one"));
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
            List<Long> uids = TestedServer.appendTo(session, MailboxName.INBOX, "one", "two");
            byte[] large = TestedServer.message("large " + "x".repeat(2_000));
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
            assertThat(contents.get(uids.get(1))).isEqualTo(TestedServer.message("two"));
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
            MailboxName empty = TestedServer.own(session, "Empty");
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
            List<Long> uids = TestedServer.appendTo(session, MailboxName.INBOX, "one", "two");
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
                    .containsExactly(
                            tuple(uids.get(0), (long) TestedServer.message("one").length),
                            tuple(uids.get(1), (long) TestedServer.message("two").length));
            assertThat(beyond).as("n:* never gives older ones").isEmpty();
            List<MessageSummary> flags = new ArrayList<>();
            session.fetchFlags(UidSet.range(1, uids.getLast()), flags::add);
            assertThat(flags).extracting(MessageSummary::uid).containsExactlyElementsOf(uids);
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
            List<Long> uids = TestedServer.appendTo(session, MailboxName.INBOX, "one", "two");

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
            MailboxName target = TestedServer.own(session, "Copies");
            session.create(target, null);
            List<Long> uids = TestedServer.appendTo(session, MailboxName.INBOX, "one", "two", "three");

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
            MailboxName target = TestedServer.own(session, "Moved");
            session.create(target, null);
            List<Long> uids = TestedServer.appendTo(session, MailboxName.INBOX, "one", "two", "three");
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
            List<Long> uids = TestedServer.appendTo(session, MailboxName.INBOX, "one", "two", "three");
            session.storeFlags(List.of(uids.get(2)), true, Set.of("\\Deleted"));

            assertThat(session.remove(List.of(uids.get(0)))).isEqualTo(TransferResult.Sources.REMOVED);

            assertThat(session.searchSince(null)).containsExactly(uids.get(1), uids.get(2));
        }
    }

    @Test
    default void copyingToAMissingMailboxLeavesTheSessionUsable() throws Exception {
        try (ImapSession session = connect(newUser())) {
            List<Long> uids = TestedServer.appendTo(session, MailboxName.INBOX, "one");

            MailException refused = catchThrowableOfType(
                    MailException.class, () -> session.copy(uids, TestedServer.own(session, "Nowhere")));

            assertThat(refused.category()).isIn(Category.NO_SUCH_MAILBOX, Category.COMMAND_REFUSED);
            assertThat(session.isOpen()).isTrue();
            assertThat(session.searchSince(null)).isEqualTo(uids);
        }
    }

    @Test
    default void searchesByDate() throws Exception {
        try (ImapSession session = connect(newUser())) {
            session.append(
                    MailboxName.INBOX, TestedServer.message("old"), Set.of(), Instant.parse("2020-01-01T12:00:00Z"));
            session.append(
                    MailboxName.INBOX, TestedServer.message("new"), Set.of(), Instant.parse("2026-01-01T12:00:00Z"));
            session.select(MailboxName.INBOX, null);

            assertThat(session.searchSince(null)).hasSize(2).isSorted();
            assertThat(session.searchSince(LocalDate.of(2025, 1, 1))).hasSize(1);
            assertThat(session.searchSince(LocalDate.of(2026, 6, 1))).isEmpty();
        }
    }
}
