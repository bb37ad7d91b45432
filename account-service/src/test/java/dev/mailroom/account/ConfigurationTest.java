package dev.mailroom.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Pins every setting of the service and its default: an operator's file must go on working. */
class ConfigurationTest {

    @Test
    void hasTheseSettingsAndDefaults() throws ClassNotFoundException {
        Map<String, String> settings = new TreeMap<>();
        for (String mapping : new String[] {
            "credential.VaultConfig",
            "organization.OrganizationConfig",
            "verification.OutboundConfig",
            "verification.VerifyConfig"
        }) {
            Class<?> type = Class.forName("dev.mailroom.account." + mapping);
            String prefix = type.getAnnotation(ConfigMapping.class).prefix();
            for (Method method : type.getDeclaredMethods()) {
                WithDefault value = method.getAnnotation(WithDefault.class);
                settings.put(prefix + "." + kebabCase(method.getName()), value == null ? "" : value.value());
            }
        }

        assertThat(settings)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "mailroom.organization.default-plan", "paid",
                        "mailroom.outbound.allow", "",
                        "mailroom.outbound.ca", "",
                        "mailroom.vault.key-file", "",
                        "mailroom.vault.rotate-batch-max", "100",
                        "mailroom.verify.attempts-per-user-and-hour", "60",
                        "mailroom.verify.concurrent-max", "400",
                        "mailroom.verify.timeout", "30s"));
    }

    private static String kebabCase(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
