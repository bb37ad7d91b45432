package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a session must do with servers that count changes: CONDSTORE and QRESYNC. */
interface ImapResyncContract extends ImapSessionContract {
    /** False if the server takes a resync point and then names no change. */
    default boolean resyncsOnSelect() {
        return true;
    }

    @Test
    default void resumesWithWhatChangedMeanwhile() throws Exception {
        String user = newUser();
        try (ImapSession session = connect(user)) {
            Assumptions.assumeTrue(session.resyncEnabled(), "the server has no QRESYNC");
            List<Long> uids = TestedServer.appendTo(session, MailboxName.INBOX, "one", "two", "three");
            SelectedMailbox before = session.select(MailboxName.INBOX, null);
            MailboxName elsewhere = TestedServer.own(session, "Elsewhere");
            session.create(elsewhere, null);
            session.move(List.of(uids.get(0)), elsewhere);
            session.storeFlags(List.of(uids.get(1)), true, Set.of("\\Flagged"));
            session.append(MailboxName.INBOX, TestedServer.message("four"), Set.of(), RECEIVED);

            SelectedMailbox after = reselect(user, new ResyncPoint(before.uidValidity(), before.highestModSeq(), null));

            assertThat(after.exists()).isEqualTo(3);
            assertThat(after.highestModSeq()).isGreaterThan(before.highestModSeq());
            assertThat(after.resynced()).isEqualTo(resyncsOnSelect());
            if (!resyncsOnSelect()) {
                return;
            }
            assertThat(after.vanished().contains(uids.get(0))).isTrue();
            assertThat(after.vanished().among(uids)).containsExactly(uids.get(0));
            assertThat(after.changed()).extracting(MessageSummary::uid).contains(uids.get(1));
        }
    }

    @Test
    default void ignoresAResyncPointOfAnotherEpoch() throws Exception {
        String user = newUser();
        try (ImapSession session = connect(user)) {
            Assumptions.assumeTrue(session.resyncEnabled(), "the server has no QRESYNC");
            SelectedMailbox now = session.select(MailboxName.INBOX, null);

            SelectedMailbox after = reselect(user, new ResyncPoint(now.uidValidity() + 1, 1, null));

            assertThat(after.resynced()).isFalse();
            assertThat(after.uidValidity()).isEqualTo(now.uidValidity());
        }
    }

    private SelectedMailbox reselect(String user, @Nullable ResyncPoint from) throws Exception {
        try (ImapSession again = connect(user)) {
            return again.select(MailboxName.INBOX, from);
        }
    }

    @Test
    default void findsChangesByModSequence() throws Exception {
        try (ImapSession session = connect(newUser())) {
            List<Long> uids = TestedServer.appendTo(session, MailboxName.INBOX, "one", "two");
            SelectedMailbox before = session.select(MailboxName.INBOX, null);
            Assumptions.assumeTrue(before.highestModSeq() > 0, "the server has no CONDSTORE");
            session.storeFlags(List.of(uids.get(1)), true, Set.of("\\Flagged"));

            List<MessageSummary> changed =
                    session.changedSince(before.highestModSeq()).orElseThrow();

            assertThat(changed).extracting(MessageSummary::uid).containsExactly(uids.get(1));
            assertThat(changed.getFirst().modSeq()).isGreaterThan(before.highestModSeq());
            assertThat(changed.getFirst().hasFlag("\\Flagged")).isTrue();
        }
    }
}
