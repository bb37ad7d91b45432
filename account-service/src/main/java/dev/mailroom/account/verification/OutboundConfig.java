package dev.mailroom.account.verification;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** {@code mailroom.outbound.*}: which servers may be reached, the same settings in every service that speaks to mail servers. */
@ConfigMapping(prefix = "mailroom.outbound")
public interface OutboundConfig {
    /** {@code CIDR[:port[-port]],…} that may be reached although private, or on other ports. Default empty: the public internet only. */
    Optional<String> allow();

    /** PEM file of certificate authorities that are trusted besides the system's. Default none. */
    Optional<Path> ca();
}
