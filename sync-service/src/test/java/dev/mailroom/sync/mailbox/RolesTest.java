package dev.mailroom.sync.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.Namespace;
import dev.mailroom.mailclient.imap.SpecialUse;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolesTest {
    @Test
    void noNameHasTwoRoles() {
        Map<String, MailboxRole> roles = new HashMap<>();
        for (RoleNames.Line line : RoleNames.table()) {
            for (String name : line.names()) {
                for (String written : List.of(RoleNames.normalized(name), RoleNames.words(name))) {
                    MailboxRole other = roles.put(written, line.role());
                    assertThat(other).as(line.language() + " " + name).isIn(null, line.role());
                }
            }
        }
    }

    @Test
    void knowsEveryRoleInMoreThanThirtyLanguages() {
        Map<String, Set<MailboxRole>> languages = new HashMap<>();
        for (RoleNames.Line line : RoleNames.table()) {
            assertThat(line.names()).as(line.language() + " " + line.role()).doesNotHaveDuplicates();
            assertThat(line.names()).allMatch(name -> name.equals(name.strip()) && !name.isEmpty());
            assertThat(languages
                            .computeIfAbsent(line.language(), key -> new HashSet<>())
                            .add(line.role()))
                    .as("one line for " + line.language() + " " + line.role())
                    .isTrue();
        }
        assertThat(languages).hasSizeGreaterThan(30);
        assertThat(languages.values()).allMatch(roles -> roles.equals(MailboxFinder.assignable()));
    }

    @ParameterizedTest
    @CsvSource({
        "Sent_Items, SENT",
        "sent-mail, SENT",
        "Junk Folder, JUNK",
        "My Drafts, DRAFTS",
        "Mail Archive, ARCHIVE",
        "PAPIERKORB, TRASH",
        "ENTWÜRFE, DRAFTS",
        "GÖNDERİLMİŞ ÖĞELER, SENT",
        "çöp kutusu, TRASH",
        "ΑΠΕΣΤΑΛΜΈΝΑ, SENT",
        "Πρόχειρο, DRAFTS",
        "ОТПРАВЛЕННЫЕ, SENT",
        "迷惑メール, JUNK",
        "刪除的郵件, TRASH",
        "סל מחזור, TRASH",
        "พีช,",
        "Mail,",
        "Sent to Ana,",
        "Archive 2019,",
        "Outbox,",
        "Werbung,",
        "All Mail,"
    })
    void readsNamesAsPeopleWriteThem(String name, @Nullable MailboxRole role) {
        assertThat(RoleNames.roleOf(name).orElse(null)).isEqualTo(role);
    }

    @Test
    void doesNotDependOnHowCharactersAreComposedNorOnTheLanguageOfTheMachine() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.of("tr", "TR"));
            assertThat(RoleNames.roleOf(Normalizer.normalize("Éléments supprimés", Normalizer.Form.NFD)))
                    .contains(MailboxRole.TRASH);
            assertThat(RoleNames.roleOf("SENT ITEMS")).contains(MailboxRole.SENT);
            assertThat(RoleNames.roleOf("INVIATI")).contains(MailboxRole.SENT);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void callsANewMailboxAsTheOthersAreCalled() {
        assertThat(RoleNames.nameFor(MailboxRole.ARCHIVE, List.of("Gesendet", "Entwürfe", "Trash")))
                .isEqualTo("Archiv");
        assertThat(RoleNames.nameFor(MailboxRole.TRASH, List.of("已发送", "草稿箱"))).isEqualTo("已删除");
        assertThat(RoleNames.nameFor(MailboxRole.SENT, List.of())).isEqualTo("Sent");
        assertThat(RoleNames.nameFor(MailboxRole.JUNK, List.of("Out", "Done"))).isEqualTo("Junk");
    }

    @ParameterizedTest
    @CsvSource({
        "Sent, /, '', 0",
        "INBOX.Sent, ., INBOX., 0",
        "INBOX.Sent, ., '', 0",
        "INBOX/Sent, /, '', 0",
        "Inbox/Sent, /, '', 0",
        "[Gmail]/Sent Mail, /, '', 0",
        "[Google Mail]/Papierkorb, /, '', 0",
        "mail/sent-mail, /, mail/, 0",
        "Clients/Archive, /, '', 1",
        "INBOX.Clients.Archive, ., INBOX., 1",
        "INBOX, ., INBOX., 0",
        "a.b, /, '', 0"
    })
    void countsTheLevelsThatMeanSomething(String raw, char delimiter, String prefix, int depth) {
        List<String> path = List.of(FolderRows.path(new MailboxName(raw, delimiter), new Namespace(prefix, delimiter)));

        assertThat(Roles.depth(path)).isEqualTo(depth);
    }

    @Test
    void aNameCountsAtTheTopOnlyAndWhatTheServerSaysEverywhere() {
        Roles.Candidate project = candidate(1, "Archive", 1, null, null);
        Roles.Candidate said = candidate(2, "Trash", 2, SpecialUse.TRASH, null);

        assertThat(Roles.assign(List.of(project, said))).containsOnlyKeys(said.id());
    }

    @Test
    void ofTwoNamesTheOneThatHadTheRoleKeepsIt() {
        Roles.Candidate fuller = new Roles.Candidate(new UUID(0, 1), "Sent", 0, false, null, 50, null, false, null);
        Roles.Candidate holder =
                new Roles.Candidate(new UUID(0, 2), "Sent Items", 0, false, null, 10, null, false, MailboxRole.SENT);

        assertThat(Roles.assign(List.of(fuller, holder))).containsOnlyKeys(holder.id());
        assertThat(Roles.assign(List.of(fuller, candidate(2, "Sent Items", 0, null, null))))
                .containsOnlyKeys(fuller.id());
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
        return new Roles.Candidate(new UUID(0, number), leaf, depth, false, use, 0, chosen, false, null);
    }
}
