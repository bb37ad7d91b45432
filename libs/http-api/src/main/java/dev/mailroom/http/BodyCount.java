package dev.mailroom.http;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Counts a body that did not say its length: the half of {@link BodyLimit} that sees the bytes. */
public class BodyCount {
    @ServerRequestFilter
    public void count(ContainerRequestContext context, RoutingContext request) {
        Long limitBytes = request.get(BodyLimit.COUNTED_LIMIT_BYTES);
        if (limitBytes != null && context.hasEntity()) {
            context.setEntityStream(new CountedBody(context.getEntityStream(), limitBytes));
        }
    }

    /** Ends the reading of a body with a 413 at its limit. */
    private static final class CountedBody extends FilterInputStream {
        private final long limit;
        private long count;

        CountedBody(InputStream body, long limit) {
            super(body);
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            add(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            add(read);
            return read;
        }

        private void add(int bytes) {
            count += Math.max(0, bytes);
            if (count > limit) {
                throw BodyLimit.tooLarge(limit);
            }
        }
    }
}
