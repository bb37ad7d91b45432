package dev.mailroom.account.verification;

import dev.mailroom.mailclient.net.HostResolver;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** How the names of mail servers are looked up; a test may put its own in place. */
final class NameLookup {
    @Produces
    @Singleton
    HostResolver system() {
        return HostResolver.system();
    }
}
