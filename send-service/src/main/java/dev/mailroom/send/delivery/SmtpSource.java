package dev.mailroom.send.delivery;

import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.NetworkTimeouts;
import dev.mailroom.mailclient.net.OutboundPolicy;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.mailclient.smtp.SmtpLimits;
import dev.mailroom.mailclient.smtp.SmtpTransport;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Made at the start of the service: a wrong allow-list or certificate file stops it with one line. */
final class SmtpSource {
    @Produces
    @Singleton
    @Startup
    SmtpTransport transport(OutboundConfig outbound, DeliveryConfig delivery) {
        GuardedConnector connector = new GuardedConnector(
                OutboundPolicy.parse(outbound.allow().orElse("")),
                TrustedCertificates.load(outbound.ca().orElse(null)),
                NetworkTimeouts.defaults());
        SmtpLimits limits = SmtpLimits.defaults().withTimeouts(delivery.replyTimeout(), delivery.dotTimeout());
        return new SmtpTransport(connector, limits, delivery.ehloName());
    }
}
