package dev.mailroom.account.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Server;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code providers.json} holds only what can be right. */
class ProvidersFileTest {
    private static final Map<Integer, Encryption> IMAP_PORTS = Map.of(993, Encryption.TLS, 143, Encryption.STARTTLS);
    private static final Map<Integer, Encryption> SMTP_PORTS = Map.of(465, Encryption.TLS, 587, Encryption.STARTTLS);

    private final Providers providers = new Providers();

    @Test
    void knowsAHundredProvidersWhoseMailboxesCanBeOpened() {
        assertThat(providers.all().stream().filter(Provider::possible)).hasSizeGreaterThan(100);
    }

    @Test
    void namesEachProviderDomainAndMailExchangerOnce() {
        assertThat(providers.all()).extracting(Provider::name).doesNotHaveDuplicates();
        assertThat(all(Provider::domains)).doesNotHaveDuplicates();
        assertThat(all(Provider::mx)).doesNotHaveDuplicates();
    }

    @Test
    void canRecogniseEachProvider() {
        assertThat(providers.all())
                .allSatisfy(provider -> assertThat(
                                provider.domains().size() + provider.mx().size())
                        .as(provider.name())
                        .isPositive());
    }

    @Test
    void writesNamesAsTheDnsKnowsThem() {
        Stream<String> hosts = Stream.concat(servers(Provider::imap).stream(), servers(Provider::smtp).stream())
                .map(Server::host);
        assertThat(Stream.of(all(Provider::domains).stream(), all(Provider::mx).stream(), hosts)
                        .flatMap(names -> names))
                .allSatisfy(name -> assertThat(name).matches(SrvSearch.HOST));
        assertThat(all(Provider::domains))
                .allSatisfy(domain -> assertThat(
                                MailAddress.parse("ana@" + domain).orElseThrow().domain())
                        .isEqualTo(domain));
    }

    @Test
    void usesThePortOfTheEncryption() {
        assertThat(providers.all()).allSatisfy(provider -> {
            assertThat(provider.imap() == null).as(provider.name()).isEqualTo(provider.smtp() == null);
            assertThat(provider.imap() != null || !provider.possible())
                    .as(provider.name())
                    .isTrue();
        });
        assertThat(servers(Provider::imap))
                .allSatisfy(server -> assertThat(IMAP_PORTS).containsEntry(server.port(), server.encryption()));
        assertThat(servers(Provider::smtp))
                .allSatisfy(server -> assertThat(SMTP_PORTS).containsEntry(server.port(), server.encryption()));
    }

    @Test
    void saysWhatToDoWhereTheNormalPasswordIsNotEnough() {
        assertThat(providers.all())
                .filteredOn(provider -> !provider.possible() || provider.appPassword() != AppPassword.NO)
                .isNotEmpty()
                .allSatisfy(provider -> {
                    assertThat(provider.note()).as(provider.name()).isNotNull();
                    assertThat(provider.note())
                            .as(provider.name())
                            .hasSizeBetween(20, 250)
                            .endsWith(".");
                });
        assertThat(providers.all())
                .extracting(Provider::limits)
                .allSatisfy(limits ->
                        assertThat(limits == null || limits.endsWith(".")).isTrue());
    }

    @Test
    void knowsTwoFormsOfUserNames() {
        assertThat(providers.all().stream().map(Provider::username).collect(Collectors.toSet()))
                .isEqualTo(Set.of(UsernameTemplate.EMAIL, UsernameTemplate.LOCAL));
        MailAddress ana = MailAddress.parse("Ana@riseup.net").orElseThrow();
        assertThat(providers
                        .ofDomain("riseup.net")
                        .orElseThrow()
                        .candidate(Source.DATABASE, ana)
                        .username())
                .isEqualTo("Ana");
    }

    @Test
    void takesTheProviderThatKnowsMostOfAMailExchangersName() {
        assertThat(exchanger("aspmx.l.google.com")).contains("Google Workspace");
        assertThat(exchanger("example-com.mail.protection.outlook.com")).contains("Microsoft 365");
        assertThat(exchanger("mx.aruba.it")).contains("Aruba");
        assertThat(exchanger("mx1.pec.aruba.it")).contains("Aruba PEC");
        assertThat(exchanger("notgoogle.com")).isEmpty();
        assertThat(exchanger("google.com.evil.example")).isEmpty();
        assertThat(exchanger("")).isEmpty();
    }

    @Test
    void saysThatSomeMailboxesTakeNoPassword() {
        for (String domain : List.of("outlook.com", "hotmail.com", "proton.me", "tuta.com", "hey.com")) {
            assertThat(providers.ofDomain(domain).orElseThrow().possible())
                    .as(domain)
                    .isFalse();
        }
        assertThat(providers
                        .ofMailExchanger("x.mail.protection.outlook.com")
                        .orElseThrow()
                        .note())
                .contains("OAuth");
    }

    private Optional<String> exchanger(String host) {
        return providers.ofMailExchanger(host).map(Provider::name);
    }

    private List<String> all(Function<Provider, List<String>> names) {
        return providers.all().stream()
                .flatMap(provider -> names.apply(provider).stream())
                .toList();
    }

    private List<Server> servers(Function<Provider, @Nullable Server> leg) {
        return providers.all().stream()
                .flatMap(provider -> Stream.ofNullable(leg.apply(provider)))
                .toList();
    }
}
