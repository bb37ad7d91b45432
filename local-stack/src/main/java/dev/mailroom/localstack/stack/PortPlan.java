package dev.mailroom.localstack.stack;

import dev.mailroom.embedded.LoopbackPorts;
import dev.mailroom.embedded.PortTakenException;
import dev.mailroom.localstack.terminal.CommandFailure;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who listens where, on 127.0.0.1.
 *
 * @param imaps and {@code smtps} are of the demo's mail server
 */
public record PortPlan(Map<ServiceName, Integer> services, int kafka, int postgres, int imaps, int smtps) {

    private static final int KAFKA = 9092;
    private static final int POSTGRES = 5432;
    private static final int IMAPS = 3993;
    private static final int SMTPS = 3465;
    private static final int OFFSET_MAX = 65535 - KAFKA;

    public PortPlan {
        services = Map.copyOf(services);
    }

    /**
     * The documented ports plus an offset.
     *
     * @throws CommandFailure if the offset leaves the range of ports
     */
    public static PortPlan withOffset(int offset) {
        if (offset < 0 || offset > OFFSET_MAX) {
            throw new CommandFailure("--port-offset must be 0.." + OFFSET_MAX + ", not " + offset);
        }
        var services = new EnumMap<ServiceName, Integer>(ServiceName.class);
        for (var service : ServiceName.values()) {
            services.put(service, service.port() + offset);
        }
        return new PortPlan(services, KAFKA + offset, POSTGRES + offset, IMAPS + offset, SMTPS + offset);
    }

    /** Ports that nobody uses now. */
    public static PortPlan free() {
        var services = new EnumMap<ServiceName, Integer>(ServiceName.class);
        for (var service : ServiceName.values()) {
            services.put(service, LoopbackPorts.free());
        }
        return new PortPlan(
                services, LoopbackPorts.free(), LoopbackPorts.free(), LoopbackPorts.free(), LoopbackPorts.free());
    }

    /** The documented ports, or free ones where any of those is taken. */
    public static PortPlan documentedOrFree() {
        PortPlan documented = withOffset(0);
        try {
            documented.requireFree(true);
            LoopbackPorts.requireFree("PostgreSQL", documented.postgres());
            return documented;
        } catch (CommandFailure | PortTakenException taken) {
            return free();
        }
    }

    public int of(ServiceName service) {
        Integer port = services.get(service);
        if (port == null) {
            throw new IllegalStateException("no port for " + service);
        }
        return port;
    }

    /** The address of a service for its clients. */
    public String url(ServiceName service) {
        return "http://127.0.0.1:" + of(service);
    }

    /**
     * Looks at the ports before anything is started; not at PostgreSQL's, which a server of an earlier run may still hold.
     *
     * @throws CommandFailure naming the first that is taken
     */
    public void requireFree(boolean withMailServer) {
        var wanted = new LinkedHashMap<String, Integer>();
        for (var service : ServiceName.values()) {
            wanted.put(service.service(), of(service));
        }
        wanted.put("Kafka", kafka);
        if (withMailServer) {
            wanted.put("the demo's IMAP server", imaps);
            wanted.put("the demo's SMTP server", smtps);
        }
        wanted.forEach((who, port) -> {
            try {
                LoopbackPorts.requireFree(who, port);
            } catch (PortTakenException e) {
                throw taken(e);
            }
        });
    }

    /** Says what to do about a port that is taken. */
    static CommandFailure taken(PortTakenException e) {
        return new CommandFailure(e.getMessage() + "; --port-offset 100 moves all ports of Mailroom by 100", e);
    }
}
