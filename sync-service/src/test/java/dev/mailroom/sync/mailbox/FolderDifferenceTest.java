package dev.mailroom.sync.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailclient.imap.ListedMailbox;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.MailboxStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FolderDifferenceTest {
    private static final MailboxName OLD = new MailboxName("Old", '/');
    private static final MailboxName NEW = new MailboxName("New", '/');

    @Test
    void recognisesARenamedMailboxByItsCounters() {
        FolderDifference difference = FolderDifference.between(
                List.of(row(OLD, 7, 12, 3)), List.of(listed(NEW)), Map.of(NEW, new MailboxStatus(3, 0, 12, 7, 0)));

        assertThat(difference.renamed()).hasSize(1);
        assertThat(difference.created()).isEmpty();
        assertThat(difference.missing()).isEmpty();
    }

    @Test
    void takesAnEmptyMailboxForANewOne() {
        FolderDifference difference = FolderDifference.between(
                List.of(row(OLD, 7, 1, 0)), List.of(listed(NEW)), Map.of(NEW, new MailboxStatus(0, 0, 1, 7, 0)));

        assertThat(difference.renamed()).isEmpty();
        assertThat(difference.created()).hasSize(1);
        assertThat(difference.missing()).hasSize(1);
    }

    @Test
    void keepsWhatIsListed() {
        FolderDifference difference =
                FolderDifference.between(List.of(row(OLD, 7, 12, 3)), List.of(listed(OLD)), Map.of());

        assertThat(difference.kept()).hasSize(1);
        assertThat(difference.created()).isEmpty();
    }

    private static ListedMailbox listed(MailboxName name) {
        return new ListedMailbox(name, Set.of(), null, true, null);
    }

    private static MailboxRow row(MailboxName name, long uidValidity, long uidNext, long messages) {
        return new MailboxRow(
                UUID.randomUUID(),
                name,
                name.path(),
                true,
                null,
                null,
                0,
                uidValidity,
                uidNext,
                0,
                messages,
                0,
                1,
                "done",
                null,
                null);
    }
}
