package dev.mailroom.account.discovery;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The providers that we know, from {@code providers.json}. */
@Singleton
class Providers {
    private static final String FILE = "providers.json";
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final List<Provider> all;
    private final Map<String, Provider> byDomain = new HashMap<>();
    private final Map<String, Provider> byMx = new HashMap<>();
    private final Map<String, Provider> byImapHost = new HashMap<>();

    Providers() {
        this(read());
    }

    Providers(List<Provider> all) {
        this.all = List.copyOf(all);
        for (Provider provider : all) {
            provider.domains().forEach(domain -> byDomain.put(domain, provider));
            provider.mx().forEach(end -> byMx.put(end, provider));
            if (provider.imap() != null) {
                byImapHost.putIfAbsent(provider.imap().host(), provider);
            }
        }
    }

    List<Provider> all() {
        return all;
    }

    /** The provider that owns the domain itself. */
    Optional<Provider> ofDomain(String domain) {
        return Optional.ofNullable(byDomain.get(domain));
    }

    /** The provider that a mail exchanger belongs to: the one that knows most of the end of its name. */
    Optional<Provider> ofMailExchanger(String host) {
        return Optional.ofNullable(longestEnd(host));
    }

    /** The provider that reads mail at this host; of several that share it, the first. */
    Optional<Provider> ofImapHost(String host) {
        return Optional.ofNullable(byImapHost.get(host));
    }

    private @Nullable Provider longestEnd(String host) {
        String end = host;
        while (true) {
            Provider found = byMx.get(end);
            int dot = end.indexOf('.');
            if (found != null || dot < 0) {
                return found;
            }
            end = end.substring(dot + 1);
        }
    }

    private static List<Provider> read() {
        try (InputStream in = Providers.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is not in the program");
            }
            List<Provider.Written> written = JSON.readValue(in, new TypeReference<>() {});
            return written.stream().map(Provider.Written::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " cannot be read", e);
        }
    }
}
