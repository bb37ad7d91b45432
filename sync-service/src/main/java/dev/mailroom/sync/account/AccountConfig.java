package dev.mailroom.sync.account;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where credentials come from. */
@ConfigMapping(prefix = "mailroom")
public interface AccountConfig {
    /** Base address of account-service. */
    @WithName("account-service.url")
    @WithDefault("http://localhost:8081")
    URI accountServiceUrl();

    /** File with the token (JWT, role {@code service}) for calls between services. Read anew for each call, so it can be replaced. */
    @WithName("service-token-file")
    Optional<Path> serviceTokenFile();

    /** File with the wrapping keys of the vault, readable by its owner alone. */
    @WithName("vault.key-file")
    Optional<Path> vaultKeyFile();

    /** Whom a token of a caller must be made for; default whoever. Read by the check of tokens, and named here because all below is. */
    @WithName("jwt.audience")
    Optional<String> tokenAudience();

    /** The longest wait for another service's answer; default 10 s. */
    @WithName("service-call.timeout")
    @WithDefault("10s")
    Duration serviceCallTimeout();
}
