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
    private static final FolderDifference.Proof NO_PROOF = (row, mailbox) -> false;

    @Test
    void recognisesARenamedMailboxByItsCounters() throws Exception {
        FolderDifference difference = FolderDifference.between(
                List.of(row(OLD, 7, 12, 3)),
                List.of(listed(NEW)),
                Map.of(NEW, new MailboxStatus(3, 0, 12, 7, 0)),
                NO_PROOF);

        assertThat(difference.renamed()).hasSize(1);
        assertThat(difference.created()).isEmpty();
        assertThat(difference.missing()).isEmpty();
    }

    @Test
    void recognisesARenamedEmptyMailboxByAUidValidityThatNoOtherHas() throws Exception {
        FolderDifference difference = FolderDifference.between(
                List.of(row(OLD, 7, 1, 0), row(new MailboxName("Other", '/'), 8, 1, 0)),
                List.of(listed(NEW), listed(new MailboxName("Other", '/'))),
                Map.of(NEW, new MailboxStatus(0, 0, 1, 7, 0)),
                NO_PROOF);

        assertThat(difference.renamed()).hasSize(1);
        assertThat(difference.created()).isEmpty();
        assertThat(difference.missing()).isEmpty();
    }

    @Test
    void takesAnEmptyMailboxForANewOneWhereOthersHaveTheSameUidValidity() throws Exception {
        FolderDifference difference = FolderDifference.between(
                List.of(row(OLD, 7, 1, 0), row(new MailboxName("Gone", '/'), 7, 1, 0)),
                List.of(listed(NEW)),
                Map.of(NEW, new MailboxStatus(0, 0, 1, 7, 0)),
                NO_PROOF);

        assertThat(difference.renamed()).isEmpty();
        assertThat(difference.created()).hasSize(1);
        assertThat(difference.missing()).hasSize(2);
    }

    @Test
    void keepsWhatIsListed() throws Exception {
        FolderDifference difference =
                FolderDifference.between(List.of(row(OLD, 7, 12, 3)), List.of(listed(OLD)), Map.of(), NO_PROOF);

        assertThat(difference.kept()).hasSize(1);
        assertThat(difference.created()).isEmpty();
    }

    @Test
    void recognisesARenamedMailboxThatGotMailSinceByItsMessages() throws Exception {
        List<MailboxRow> stored = List.of(row(OLD, 7, 12, 3));
        Map<MailboxName, MailboxStatus> grown = Map.of(NEW, new MailboxStatus(4, 0, 13, 7, 0));

        assertThat(FolderDifference.between(stored, List.of(listed(NEW)), grown, (row, mailbox) -> true)
                        .renamed())
                .hasSize(1);
        assertThat(FolderDifference.between(stored, List.of(listed(NEW)), grown, NO_PROOF)
                        .renamed())
                .isEmpty();
    }

    @Test
    void recognisesTwoMailboxesThatSwappedTheirNames() throws Exception {
        MailboxRow old = row(OLD, 7, 12, 3);
        MailboxRow other = row(NEW, 8, 5, 4);

        FolderDifference difference = FolderDifference.between(
                List.of(old, other),
                List.of(listed(OLD), listed(NEW)),
                Map.of(OLD, new MailboxStatus(4, 0, 5, 8, 0), NEW, new MailboxStatus(3, 0, 12, 7, 0)),
                NO_PROOF);

        assertThat(difference.renamed())
                .hasEntrySatisfying(old, listed -> assertThat(listed.name()).isEqualTo(NEW));
        assertThat(difference.renamed())
                .hasEntrySatisfying(other, listed -> assertThat(listed.name()).isEqualTo(OLD));
        assertThat(difference.created()).isEmpty();
        assertThat(difference.missing()).isEmpty();
    }

    @Test
    void recognisesARenamedMailboxWhoseNameWasGivenToANewOne() throws Exception {
        MailboxRow old = row(OLD, 7, 12, 3);

        FolderDifference difference = FolderDifference.between(
                List.of(old),
                List.of(listed(OLD), listed(NEW)),
                Map.of(OLD, new MailboxStatus(0, 0, 1, 9, 0), NEW, new MailboxStatus(3, 0, 12, 7, 0)),
                NO_PROOF);

        assertThat(difference.renamed())
                .hasEntrySatisfying(old, listed -> assertThat(listed.name()).isEqualTo(NEW));
        assertThat(difference.created()).extracting(ListedMailbox::name).containsExactly(OLD);
    }

    @Test
    void keepsAMailboxThatWasRenumbered() throws Exception {
        MailboxRow old = row(OLD, 7, 12, 3);

        FolderDifference difference = FolderDifference.between(
                List.of(old), List.of(listed(OLD)), Map.of(OLD, new MailboxStatus(3, 0, 12, 8, 0)), NO_PROOF);

        assertThat(difference.kept()).containsOnlyKeys(old);
        assertThat(difference.missing()).isEmpty();
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
                null,
                0,
                uidValidity,
                uidNext,
                0,
                messages,
                0,
                1,
                Set.of(),
                "done",
                null,
                null);
    }
}
