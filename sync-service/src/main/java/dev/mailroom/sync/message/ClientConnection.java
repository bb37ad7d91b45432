package dev.mailroom.sync.message;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.TimeUnit;

/** The connection of somebody who waits for an answer. */
record ClientConnection(HttpServerRequest request) {
    /** RFC 9113 section 7, INTERNAL_ERROR: without an error the answer would count as a whole one. */
    private static final long INTERNAL_ERROR = 2;

    private static final long CLOSED_MAX_SECONDS = 5;

    /**
     * Ends an answer that is not whole so that it is seen: the connection is closed, of HTTP/2 only the stream. What waits to be sent is
     * dropped. A close that waits for it, as that of {@link io.vertx.core.http.HttpConnection#close}, would let through what is written
     * next, and with it the end of the answer.
     */
    void cut() {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset(INTERNAL_ERROR);
        } else {
            Channel channel = ((ConnectionBase) request.connection()).channel();
            channel.close().awaitUninterruptibly(CLOSED_MAX_SECONDS, TimeUnit.SECONDS);
        }
    }
}
