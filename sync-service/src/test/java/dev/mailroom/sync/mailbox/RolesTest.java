package dev.mailroom.sync.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.imap.SpecialUse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RolesTest {
    @Test
    void noNameHasTwoRoles() {
        Map<String, MailboxRole> roles = new HashMap<>();
        RoleNames.all()
                .forEach((role, names) -> names.forEach(name -> {
                    MailboxRole other = roles.put(RoleNames.normalized(name), role);
                    assertThat(other).as(name).isIn(null, role);
                }));
    }

    @Test
    void knowsNamesInManyLanguages() {
        assertThat(RoleNames.roleOf("Gesendete Elemente")).contains(MailboxRole.SENT);
        assertThat(RoleNames.roleOf("SENT")).contains(MailboxRole.SENT);
        assertThat(RoleNames.roleOf("\u200eטיוטות")).contains(MailboxRole.DRAFTS);
        assertThat(RoleNames.roleOf("ｓｐａｍ")).contains(MailboxRole.JUNK);
        assertThat(RoleNames.roleOf("보낸편지함")).contains(MailboxRole.SENT);
        assertThat(RoleNames.roleOf("κάδος")).contains(MailboxRole.TRASH);
        assertThat(RoleNames.roleOf("Projects")).isEmpty();
    }

    @Test
    void theUserIsHeardBeforeTheServerAndTheServerBeforeTheName() {
        Roles.Candidate chosen = candidate(1, "Mine", 0, null, MailboxRole.ARCHIVE);
        Roles.Candidate said = candidate(2, "Store", 0, SpecialUse.ARCHIVE, null);
        Roles.Candidate named = candidate(3, "Sent", 0, null, null);
        Roles.Candidate sentBySpecialUse = candidate(4, "Out", 2, SpecialUse.SENT, null);

        Map<UUID, Roles.Assigned> assigned = Roles.assign(List.of(named, said, chosen, sentBySpecialUse));

        assertThat(assigned)
                .containsEntry(chosen.id(), new Roles.Assigned(MailboxRole.ARCHIVE, Roles.USER))
                .containsEntry(sentBySpecialUse.id(), new Roles.Assigned(MailboxRole.SENT, Roles.SPECIAL_USE))
                .doesNotContainKeys(said.id(), named.id());
    }

    @Test
    void ofTwoNamesTheOneNearerToTheTopWins() {
        Roles.Candidate deep = candidate(1, "Trash", 2, null, null);
        Roles.Candidate top = candidate(2, "Deleted Items", 0, null, null);

        assertThat(Roles.assign(List.of(deep, top)))
                .containsOnlyKeys(top.id())
                .containsEntry(top.id(), new Roles.Assigned(MailboxRole.TRASH, Roles.NAME));
    }

    @Test
    void allMailIsTheArchiveWhereThereIsNoOther() {
        Roles.Candidate all = candidate(1, "All Mail", 1, SpecialUse.ALL, null);

        assertThat(Roles.assign(List.of(all)))
                .containsEntry(all.id(), new Roles.Assigned(MailboxRole.ARCHIVE, Roles.SPECIAL_USE));
    }

    private static Roles.Candidate candidate(
            int number, String leaf, int depth, @Nullable SpecialUse use, @Nullable MailboxRole chosen) {
        return new Roles.Candidate(new UUID(0, number), leaf, depth, false, use, 0, chosen, false);
    }
}
