package dev.mailroom.mailclient.net;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a name. May block; the caller sets the deadline. */
@FunctionalInterface
public interface HostResolver {
    InetAddress[] resolve(String host) throws UnknownHostException;

    /** The look-up of the operating system. */
    static HostResolver system() {
        return InetAddress::getAllByName;
    }
}
