package dev.mailroom.mailclient.net;

import java.time.Duration;

/**
 * How long the steps of opening a connection may take. All must be positive.
 *
 * @param dns one look-up; default 5 s
 * @param connect TCP, over all addresses of the name together; default 10 s
 * @param tls one handshake; default 10 s
 * @param read silence between two bytes while an answer is due; default 20 s
 */
public record NetworkTimeouts(Duration dns, Duration connect, Duration tls, Duration read) {
    /** @throws IllegalArgumentException if one is zero or negative */
    public NetworkTimeouts {
        if (!dns.isPositive() || !connect.isPositive() || !tls.isPositive() || !read.isPositive()) {
            throw new IllegalArgumentException("time-outs must be positive");
        }
    }

    public static NetworkTimeouts defaults() {
        return new NetworkTimeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(20));
    }

    /** The same value for every step. */
    public static NetworkTimeouts all(Duration timeout) {
        return new NetworkTimeouts(timeout, timeout, timeout, timeout);
    }
}
