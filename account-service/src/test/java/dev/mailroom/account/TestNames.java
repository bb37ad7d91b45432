package dev.mailroom.account;

import dev.mailroom.mailclient.net.HostResolver;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;

/** Servers of the tests have names besides their address: all below {@link #DOMAIN} are on this machine. */
@Alternative
@Priority(1)
public class TestNames {
    public static final String DOMAIN = "mailroom.test";

    @Produces
    @Singleton
    HostResolver names() {
        HostResolver system = HostResolver.system();
        return host -> host.endsWith("." + DOMAIN)
                ? new InetAddress[] {InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})}
                : system.resolve(host);
    }
}
