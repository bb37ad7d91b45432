package dev.mailroom.send.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.AccountState.Alias;
import dev.mailroom.contracts.AccountState.Audience;
import dev.mailroom.contracts.Address;
import dev.mailroom.http.ProblemException;
import dev.mailroom.send.account.AccountRow;
import dev.mailroom.send.account.KnownAccounts;
import dev.mailroom.send.account.Viewer;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SendAsTest {
    private static final UUID ORGANIZATION = UUID.randomUUID();
    private static final Viewer OWNER = viewer();
    private static final Viewer MANAGER = new Viewer(ORGANIZATION, UUID.randomUUID(), true);
    private static final Viewer DELEGATE = viewer();
    private static final Viewer SENDER = viewer();
    private static final Viewer STRANGER = viewer();

    private static final String MAIN = "ana@example.com";
    private static final String SALES = "sales@example.com";
    private static final String BOSS = "boss@xn--bcher-kva.example";
    private static final String ALL = "all@example.com";

    private final AccountRow account = account(List.of(
            alias(MAIN, "Ana", null),
            alias(SALES, "Sales", new Audience(false, List.of(SENDER.user()))),
            alias(BOSS, "The boss", Audience.nobody()),
            alias(ALL, "All of us", new Audience(true, List.of()))));

    @Test
    void letsEachPersonSendAsWhatIsForThem() {
        assertSendsAs(OWNER, MAIN, SALES, BOSS, ALL);
        assertSendsAs(MANAGER, MAIN, SALES, BOSS, ALL);
        assertSendsAs(DELEGATE, MAIN, ALL);
        assertSendsAs(SENDER, SALES, ALL);
        assertSendsAs(STRANGER, ALL);
    }

    private void assertSendsAs(Viewer viewer, String... allowed) {
        for (String address : List.of(MAIN, SALES, BOSS, ALL)) {
            if (List.of(allowed).contains(address)) {
                assertThat(SendAs.named(account, viewer, new Address(null, address)))
                        .map(Address::address)
                        .hasValue(address);
                assertThat(SendAs.chosen(account, viewer, address).address()).isEqualTo(address);
            } else {
                assertRefused(() -> SendAs.named(account, viewer, new Address(null, address)), address);
                assertRefused(() -> SendAs.chosen(account, viewer, address), address);
            }
        }
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String address) {
        assertThatThrownBy(call)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("/from/address")
                .hasMessageContaining(address);
    }

    @Test
    void knowsWhoMayUseTheAccount() {
        assertThat(account.usableBy(SENDER)).isTrue();
        assertThat(account.visibleTo(SENDER)).isFalse();
        assertThat(account.visibleTo(DELEGATE)).isTrue();
        assertThat(account.usableBy(new Viewer(UUID.randomUUID(), OWNER.user(), true)))
                .isFalse();
        AccountRow personal = account(List.of(alias(MAIN, "Ana", null)));
        assertThat(personal.usableBy(STRANGER)).isFalse();
    }

    @Test
    void managersHaveNoPartInWhatIsSharedWithNobody() {
        AccountRow personal = account(List.of(alias(MAIN, "Ana", null)));

        assertThat(personal.usableBy(MANAGER)).isFalse();
        assertThat(personal.lets(MANAGER, personal.aliases().getFirst())).isFalse();
        assertThat(personal.lets(OWNER, personal.aliases().getFirst())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7})
    void isItsOwnersAloneWhileNobodySaidWithWhomItIsShared(long revision) {
        AccountRow unheard = KnownAccounts.unheard(state(
                revision,
                new Audience(true, List.of()),
                List.of(alias(MAIN, "Ana", null), alias(ALL, "All", new Audience(true, List.of())))));

        for (Viewer viewer : List.of(MANAGER, DELEGATE, STRANGER)) {
            assertThat(unheard.visibleTo(viewer)).isFalse();
            assertThat(unheard.usableBy(viewer)).isFalse();
            assertThat(unheard.aliases()).noneMatch(alias -> unheard.lets(viewer, alias));
        }
        assertThat(unheard.visibleTo(OWNER)).isTrue();
        assertThat(unheard.aliases()).allMatch(alias -> unheard.lets(OWNER, alias));
    }

    @Test
    void takesTheNameOfTheAliasWhereNoneIsGiven() {
        assertThat(SendAs.named(account, OWNER, new Address(null, "SALES@Example.com")))
                .hasValue(new Address("Sales", "SALES@Example.com"));
        assertThat(SendAs.named(account, OWNER, new Address("Me", SALES))).hasValue(new Address("Me", SALES));
        assertThat(SendAs.named(account, OWNER, new Address(null, "boss@Bücher.example")))
                .map(Address::name)
                .hasValue("The boss");
    }

    @Test
    void knowsNoOtherAddresses() {
        assertThat(SendAs.named(account, MANAGER, new Address(null, "eve@example.com")))
                .isEmpty();
        assertThat(SendAs.named(account, MANAGER, new Address(null, "nonsense")))
                .isEmpty();
    }

    @Test
    void choosesTheAliasThatGotTheMessageAndElseTheDefaultOne() {
        assertThat(SendAs.chosen(account, OWNER, null)).isEqualTo(new Address("Ana", MAIN));
        assertThat(SendAs.chosen(account, OWNER, "Sales@example.com")).isEqualTo(new Address("Sales", SALES));
        assertThat(SendAs.chosen(account, OWNER, "eve@example.com")).isEqualTo(new Address("Ana", MAIN));
        assertThat(SendAs.chosen(account, SENDER, null)).isEqualTo(new Address("Sales", SALES));
        assertThat(SendAs.chosen(account, STRANGER, null).address()).isEqualTo(ALL);
    }

    @Test
    void answersFromTheFirstAddressOfTheAccountThatGotTheMessage() {
        assertThat(SendAs.answering(account, List.of("eve@example.com", "BOSS@bücher.example", SALES)))
                .isEqualTo(new Address("The boss", BOSS));
        assertThat(SendAs.answering(account, List.of("nonsense", ""))).isEqualTo(new Address("Ana", MAIN));
        assertThat(SendAs.answering(account, List.of())).isEqualTo(new Address("Ana", MAIN));
    }

    @Test
    void usesTheSecondAliasOfAnAddressWhereTheFirstIsForOthers() {
        AccountRow twice = account(List.of(
                alias(MAIN, "For Ana", Audience.nobody()), alias(MAIN, "For all", new Audience(true, List.of()))));

        assertThat(SendAs.chosen(twice, STRANGER, MAIN).name()).isEqualTo("For all");
        assertThat(SendAs.chosen(twice, OWNER, MAIN).name()).isEqualTo("For Ana");
    }

    @Test
    void knowsTheAddressesOfAnAccountWithoutAliases() {
        AccountRow old = account(List.of());

        assertThat(SendAs.named(old, DELEGATE, new Address("x", "Old@example.com")))
                .hasValue(new Address("x", "Old@example.com"));
        assertThat(SendAs.named(old, DELEGATE, new Address("x", SALES))).isEmpty();
        assertThat(SendAs.chosen(old, DELEGATE, "old@example.com")).isEqualTo(new Address("Ana Silva", MAIN));
        assertThat(SendAs.answering(old, List.of("old@example.com"))).isEqualTo(new Address("Ana Silva", MAIN));
        assertThat(SendAs.hasChoice(old)).isFalse();
        assertThat(old.usableBy(MANAGER)).isTrue();
        assertThat(old.visibleTo(MANAGER)).isFalse();
        assertThat(old.usableBy(STRANGER)).isFalse();
    }

    private static Viewer viewer() {
        return new Viewer(ORGANIZATION, UUID.randomUUID(), false);
    }

    private static Alias alias(String address, String name, @Nullable Audience senders) {
        return new Alias(UUID.randomUUID(), address, name, address.equals(MAIN), senders, Audience.nobody());
    }

    private static AccountRow account(List<Alias> aliases) {
        boolean personal = aliases.size() == 1;
        return KnownAccounts.of(
                state(1, personal ? Audience.nobody() : new Audience(false, List.of(DELEGATE.user())), aliases));
    }

    private static AccountState state(long revision, Audience audience, List<Alias> aliases) {
        AccountState.Server server = new AccountState.Server("127.0.0.1", 993, AccountState.Encryption.TLS);
        return new AccountState(
                UUID.randomUUID(),
                ORGANIZATION,
                revision,
                AccountState.Kind.IMAP,
                "Ana Silva",
                MAIN,
                MAIN,
                server,
                server,
                "none",
                false,
                1,
                List.of(MAIN, "old@example.com"),
                AccountState.Sharing.personal(),
                Instant.EPOCH,
                OWNER.user(),
                audience,
                aliases);
    }
}
