package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.AccountState.Audience;
import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.contracts.AccountState.Sharing;
import dev.mailroom.http.ProblemException;
import dev.mailroom.mailclient.Secret;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormCheckTest {

    @Test
    void usesTheEmailAddressAsUserName() {
        assertThat(form("ana@example.com", null, "imap.example.com").username()).isEqualTo("ana@example.com");
        assertThat(form("ana@example.com", "CORP\\ana", "imap.example.com").username())
                .isEqualTo("CORP\\ana");
    }

    @Test
    void fillsInThePortOfTheEncryptionAndTheEncryptionOfThePort() {
        assertThat(imap(null, null)).isEqualTo(new Server("h.example", 993, Encryption.TLS));
        assertThat(imap(null, Encryption.STARTTLS)).isEqualTo(new Server("h.example", 143, Encryption.STARTTLS));
        assertThat(imap(143, null)).isEqualTo(new Server("h.example", 143, Encryption.STARTTLS));
        assertThat(imap(993, null)).isEqualTo(new Server("h.example", 993, Encryption.TLS));
        assertThat(imap(1993, null)).isEqualTo(new Server("h.example", 1993, Encryption.TLS));
        assertThat(imap(1, Encryption.STARTTLS).port()).isEqualTo(1);
        assertThat(imap(65_535, null).port()).isEqualTo(65_535);
        assertThat(smtp(null, null)).isEqualTo(new Server("h.example", 587, Encryption.STARTTLS));
        assertThat(smtp(null, Encryption.TLS)).isEqualTo(new Server("h.example", 465, Encryption.TLS));
        assertThat(smtp(465, null)).isEqualTo(new Server("h.example", 465, Encryption.TLS));
        assertThat(smtp(2525, null)).isEqualTo(new Server("h.example", 2525, Encryption.STARTTLS));
    }

    @Test
    void writesHostsAsTheDnsKnowsThem() {
        assertThat(form("a@b.example", null, "  IMAP.Example.COM. ").imap().host())
                .isEqualTo("imap.example.com");
        assertThat(form("a@b.example", null, "imap.bücher.example").imap().host())
                .isEqualTo("imap.xn--bcher-kva.example");
        assertThat(form("a@b.example", null, "[2001:DB8::1]").imap().host()).isEqualTo("2001:db8::1");
        assertThat(form("a@b.example", null, "2001:db8::1").imap().host()).isEqualTo("2001:db8::1");
        assertThat(form("a@b.example", null, "192.0.2.7").imap().host()).isEqualTo("192.0.2.7");
        assertThat(form("a@b.example", null, "mail_1.example").imap().host()).isEqualTo("mail_1.example");
    }

    @Test
    void writesAddressesInOneWay() {
        assertThat(form("Ana@Example.COM.", null, "h.example").email()).isEqualTo("Ana@example.com");
        assertThat(form("ju\u0308rgen@BÜCHER.example", null, "h.example").email())
                .isEqualTo("jürgen@bücher.example");
    }

    @Test
    void takesInternationalAddresses() {
        assertThat(form("jürgen@bücher.example", null, "h.example").email()).isEqualTo("jürgen@bücher.example");
        assertThat(form("x".repeat(64) + "@example.com", null, "h.example").email())
                .hasSize(76);
        assertThat(form("a+b!c@example.com", null, "h.example").email()).isEqualTo("a+b!c@example.com");
    }

    @Test
    void hasDefaultsForWhatIsLeftOut() {
        AccountForm form = form("a@b.example", null, "h.example");

        assertThat(form.history()).isEqualTo(History.ONE_YEAR);
        assertThat(form.sharing().mode()).isEqualTo("personal");
        assertThat(form.sidebar()).isEqualTo(Sidebar.PIN_ALL);
    }

    @Test
    void sharesWithEachPersonOnce() {
        UUID person = new UUID(1, 1);
        var sharing = new SharingRequest(SharingRequest.Mode.SHARED, null, List.of(person, person), null, null);
        AccountForm form = FormCheck.connect(new ConnectRequest(
                Kind.IMAP,
                "A",
                "a@b.example",
                null,
                Secret.of("x"),
                server(null, null),
                server(null, null),
                null,
                sharing,
                null));

        assertThat(form.sharing().users()).containsExactly(person);
        assertThat(form.sharing().delivery()).isEqualTo("team_inbox");
    }

    @Test
    void neverTakesAnEmptyListOfUsersForEveryone() {
        var nobody = new SharingRequest(SharingRequest.Mode.SHARED, null, List.of(), null, null);
        var notEveryone = new SharingRequest(SharingRequest.Mode.SHARED, null, null, false, null);
        for (SharingRequest sharing : List.of(nobody, notEveryone)) {
            assertThatThrownBy(() -> FormCheck.change(change(sharing)))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            problem -> assertThat(problem.status()).isEqualTo(400));
        }
    }

    @Test
    void sharesWithEveryoneWhereThatIsSaidOrNobodyIsNamedAtAll() {
        var said = new SharingRequest(SharingRequest.Mode.SHARED, null, List.of(), true, null);
        var unsaid = new SharingRequest(SharingRequest.Mode.SHARED, null, null, null, null);
        for (SharingRequest sharing : List.of(said, unsaid)) {
            Sharing after = sharingAfter(sharing, Sharing.personal());

            assertThat(Audience.of(after).everyone()).isTrue();
        }
    }

    @Test
    void keepsDeliveryAndPeopleThatAChangeDoesNotName() {
        var before = new Sharing("shared", new UUID(1, 7), List.of(new UUID(1, 1)), "inbox");
        UUID other = new UUID(1, 2);

        assertThat(sharingAfter(
                        new SharingRequest(SharingRequest.Mode.SHARED, null, List.of(other), null, null), before))
                .isEqualTo(new Sharing("shared", null, List.of(other), "inbox"));
        assertThat(sharingAfter(
                        new SharingRequest(
                                SharingRequest.Mode.SHARED, null, null, null, SharingRequest.Delivery.TEAM_INBOX),
                        before))
                .isEqualTo(new Sharing("shared", before.team(), before.users(), "team_inbox"));
        assertThat(sharingAfter(new SharingRequest(SharingRequest.Mode.SHARED, null, null, true, null), before))
                .isEqualTo(new Sharing("shared", null, List.of(), "inbox"));
        assertThat(sharingAfter(new SharingRequest(SharingRequest.Mode.PERSONAL, null, null, null, null), before))
                .isEqualTo(Sharing.personal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u202e", "\u2066", "\u200e", "\u200b", "\ufeff", "\u00ad"})
    void refusesWhatTurnsTheDirectionOfTextOrIsNotSeen(String hidden) {
        assertThatThrownBy(() -> form("a" + hidden + "b@b.example", null, "h.example"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.status()).isEqualTo(400));
        assertThatThrownBy(() -> FormCheck.change(named("Ana" + hidden + "Silva")))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.status()).isEqualTo(400));
    }

    @Test
    void takesTheJoinersOfScriptsAndEmoji() {
        for (String name :
                List.of("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\ud83d\udc68\u200d\ud83d\udcbb")) {
            assertThat(FormCheck.change(named(name)).displayName()).isEqualTo(name);
        }
    }

    @Test
    void showsNoPasswordOfARequest() {
        ConnectRequest request = new ConnectRequest(
                Kind.IMAP, "A", "a@b.example", null, Secret.of("canary"), null, null, null, null, null);

        assertThat(request.toString()).doesNotContain("canary");
    }

    private static Sharing sharingAfter(SharingRequest request, Sharing before) {
        return Objects.requireNonNull(FormCheck.change(change(request)).sharing())
                .after(before);
    }

    private static ChangeRequest named(String displayName) {
        return new ChangeRequest(displayName, null, null, null, null, null, null, null);
    }

    private static ChangeRequest change(SharingRequest sharing) {
        return new ChangeRequest(null, null, null, null, sharing, null, null, null);
    }

    private static Server imap(@Nullable Integer port, @Nullable Encryption encryption) {
        return form("a@b.example", null, server(port, encryption), server(null, null))
                .imap();
    }

    private static Server smtp(@Nullable Integer port, @Nullable Encryption encryption) {
        return form("a@b.example", null, server(null, null), server(port, encryption))
                .smtp();
    }

    private static ServerRequest server(@Nullable Integer port, @Nullable Encryption encryption) {
        return new ServerRequest("h.example", port, encryption);
    }

    private static AccountForm form(String email, @Nullable String username, String host) {
        return form(email, username, new ServerRequest(host, null, null), server(null, null));
    }

    private static AccountForm form(String email, @Nullable String username, ServerRequest imap, ServerRequest smtp) {
        return FormCheck.connect(
                new ConnectRequest(Kind.IMAP, "A", email, username, Secret.of("x"), imap, smtp, null, null, null));
    }
}
