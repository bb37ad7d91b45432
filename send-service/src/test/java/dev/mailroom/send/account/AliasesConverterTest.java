package dev.mailroom.send.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState.Audience;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AliasesConverterTest {
    private final AliasesConverter converter = new AliasesConverter();

    @Test
    void readsWhatItWrote() {
        List<Alias> aliases = List.of(
                new Alias(UUID.randomUUID(), "ana@example.com", "Ana \"é\"", true, null),
                new Alias(
                        UUID.randomUUID(),
                        "sales@example.com",
                        "Sales",
                        false,
                        new Audience(false, List.of(UUID.randomUUID()))),
                new Alias(UUID.randomUUID(), "all@example.com", "All", false, new Audience(true, List.of())));

        assertThat(converter.convertToEntityAttribute(converter.convertToDatabaseColumn(aliases)))
                .isEqualTo(aliases);
        assertThat(converter.convertToEntityAttribute("[]")).isEmpty();
    }
}
