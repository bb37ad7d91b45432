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
            "contact.ContactConfig",
            "credential.VaultConfig",
            "notice.NoticeConfig",
            "organization.OrganizationConfig",
            "removal.RulesServiceConfig",
            "removal.SyncServiceConfig",
            "verification.OutboundConfig",
            "trail.AuditConfig",
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
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("mailroom.audit.prune-batch-max", "1000"),
                        Map.entry("mailroom.audit.prune-interval", "1h"),
                        Map.entry("mailroom.audit.retention", "400d"),
                        Map.entry("mailroom.notice.ca", ""),
                        Map.entry("mailroom.notice.encryption", "tls"),
                        Map.entry("mailroom.notice.from", ""),
                        Map.entry("mailroom.notice.from-name", "Mailroom"),
                        Map.entry("mailroom.notice.gather-time", "5m"),
                        Map.entry("mailroom.notice.host", ""),
                        Map.entry("mailroom.notice.link-base", ""),
                        Map.entry("mailroom.notice.mails-at-once", "60"),
                        Map.entry("mailroom.notice.mails-per-hour", "600"),
                        Map.entry("mailroom.notice.mechanism", "plain"),
                        Map.entry("mailroom.notice.owner-mails-per-day", "10"),
                        Map.entry("mailroom.notice.password-file", ""),
                        Map.entry("mailroom.notice.port", ""),
                        Map.entry("mailroom.notice.repeat-after", "24h"),
                        Map.entry("mailroom.notice.settle-time", "10m"),
                        Map.entry("mailroom.notice.timeout", "1m"),
                        Map.entry("mailroom.notice.username", ""),
                        Map.entry("mailroom.contact.import-kept", "90d"),
                        Map.entry("mailroom.contact.import-lease", "15s"),
                        Map.entry("mailroom.contact.import-wait-max", "30s"),
                        Map.entry("mailroom.contact.imports-concurrent-max", "2"),
                        Map.entry("mailroom.contact.imports-per-organization-max", "2"),
                        Map.entry("mailroom.contact.upload-max", "5m"),
                        Map.entry("mailroom.contact.uploads-concurrent-max", "40"),
                        Map.entry("mailroom.organization.default-plan", "paid"),
                        Map.entry("mailroom.outbound.allow", ""),
                        Map.entry("mailroom.outbound.ca", ""),
                        Map.entry("mailroom.rules-service.counts-timeout", "2s"),
                        Map.entry("mailroom.rules-service.url", "http://localhost:8083"),
                        Map.entry("mailroom.sync-service.counts-timeout", "2s"),
                        Map.entry("mailroom.sync-service.url", "http://localhost:8082"),
                        Map.entry("mailroom.vault.key-file", ""),
                        Map.entry("mailroom.vault.rotate-batch-max", "100"),
                        Map.entry("mailroom.verify.attempts-per-mailbox-and-hour", "30"),
                        Map.entry("mailroom.verify.attempts-per-user-and-hour", "10"),
                        Map.entry("mailroom.verify.concurrent-max", "400"),
                        Map.entry("mailroom.verify.timeout", "30s")));
    }

    private static String kebabCase(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
