package dev.mailroom.account.discovery;

import dev.mailroom.account.discovery.AutoconfigException.Reason;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.net.Deadline;
import dev.mailroom.mailclient.net.Encryption;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.GuardedSocket;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a file of a domain over HTTPS.
 *
 * <p>The connection is a {@link GuardedSocket}: the name is looked up once, each of its addresses is checked, and the connection goes
 * to one of these. One redirect is followed if it stays with the owner of the domain; it goes through the same guard. No cookies, no
 * compression, no proxy, no second request on a connection.
 */
final class AutoconfigClient {
    static final int HTTPS_PORT = 443;
    static final int BODY_MAX_BYTES = 64 * 1024;

    private static final int REDIRECTS_MAX = 1;
    private static final int LINE_MAX_BYTES = 8 * 1024;
    private static final int HEADERS_MAX = 100;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> ABSENT = Set.of(401, 403, 404, 405, 410, 501);
    private static final Http1Config HTTP = Http1Config.custom()
            .setMaxLineLength(LINE_MAX_BYTES)
            .setMaxHeaderCount(HEADERS_MAX)
            .setMaxEmptyLineCount(1)
            .build();

    private final GuardedConnector connector;
    private final Duration timeout;
    private final int port;

    /**
     * @param connector that permits HTTPS
     * @param timeout for a file, with its redirect
     */
    AutoconfigClient(GuardedConnector connector, Duration timeout) {
        this(connector, timeout, HTTPS_PORT);
    }

    /** With another port, for tests. */
    AutoconfigClient(GuardedConnector connector, Duration timeout, int port) {
        this.connector = connector;
        this.timeout = timeout;
        this.port = port;
    }

    /**
     * The bytes of the file.
     *
     * @param domain whose file it is; a redirect must not leave its owner
     * @param host to ask first
     * @param target path and query
     */
    byte[] fetch(String domain, String host, String target) throws AutoconfigException, InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        URI uri = URI.create("https://" + host + target);
        for (int redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
            Answer answer = ask(uri, end);
            if (answer.location() == null) {
                return answer.body();
            }
            uri = redirect(uri, answer.location(), domain);
        }
        throw new AutoconfigException(Reason.UNUSABLE, "more than one redirect");
    }

    /** @param location where it is instead, or null */
    private record Answer(byte[] body, @Nullable String location) {}

    private Answer ask(URI uri, long end) throws AutoconfigException, InterruptedException {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        if (!left.isPositive()) {
            throw new AutoconfigException(Reason.SLOW, "no time is left");
        }
        try (GuardedSocket socket = connector.open(new Endpoint(uri.getHost(), port, Encryption.TLS));
                Deadline deadline = socket.deadline(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
            return talk(socket, deadline, uri);
        } catch (MailException refused) {
            throw notReached(refused);
        }
    }

    private Answer talk(GuardedSocket socket, Deadline deadline, URI uri)
            throws AutoconfigException, InterruptedException {
        DefaultBHttpClientConnection connection = new DefaultBHttpClientConnection(HTTP);
        try {
            connection.bind(socket.socket());
            HttpHost authority = new HttpHost("https", uri.getHost(), port == HTTPS_PORT ? -1 : port);
            var request = new BasicClassicHttpRequest("GET", authority, target(uri));
            request.setHeader(HttpHeaders.HOST, authority.toHostString());
            request.setHeader(HttpHeaders.ACCEPT, "application/xml, text/xml");
            request.setHeader(HttpHeaders.USER_AGENT, "Mailroom");
            request.setHeader(HttpHeaders.CONNECTION, "close");
            try (ClassicHttpResponse response =
                    new HttpRequestExecutor().execute(request, connection, HttpCoreContext.create())) {
                return read(response);
            }
        } catch (IOException | HttpException failure) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while reading a file");
            }
            boolean slow = deadline.missed() || failure instanceof SocketTimeoutException;
            throw new AutoconfigException(slow ? Reason.SLOW : Reason.UNUSABLE, "the answer cannot be read", failure);
        } finally {
            connection.close(CloseMode.IMMEDIATE);
        }
    }

    private static Answer read(ClassicHttpResponse response) throws IOException, AutoconfigException {
        int status = response.getCode();
        if (REDIRECTS.contains(status)) {
            Header location = response.getFirstHeader(HttpHeaders.LOCATION);
            if (location == null) {
                throw new AutoconfigException(Reason.UNUSABLE, "a redirect to nowhere");
            }
            return new Answer(new byte[0], location.getValue());
        }
        if (status != 200) {
            throw new AutoconfigException(ABSENT.contains(status) ? Reason.ABSENT : Reason.UNUSABLE, "HTTP " + status);
        }
        HttpEntity entity = response.getEntity();
        if (entity == null || !isXml(entity.getContentType()) || entity.getContentEncoding() != null) {
            // Many hosts answer every path with a page for people.
            throw new AutoconfigException(Reason.ABSENT, "not XML");
        }
        byte[] body = entity.getContent().readNBytes(BODY_MAX_BYTES + 1);
        if (body.length > BODY_MAX_BYTES) {
            throw new AutoconfigException(Reason.UNUSABLE, "longer than " + BODY_MAX_BYTES + " bytes");
        }
        return new Answer(body, null);
    }

    private static boolean isXml(@Nullable String value) {
        ContentType type = value == null ? null : ContentType.parseLenient(value);
        if (type == null || type.getMimeType() == null) {
            return false;
        }
        String name = type.getMimeType().toLowerCase(Locale.ROOT);
        return name.equals("text/xml") || name.equals("application/xml") || name.endsWith("+xml");
    }

    private URI redirect(URI from, String location, String domain) throws AutoconfigException {
        try {
            URI to = from.resolve(location.strip());
            boolean stays = "https".equalsIgnoreCase(to.getScheme())
                    && to.getHost() != null
                    && to.getUserInfo() == null
                    && (to.getPort() == -1 || to.getPort() == port)
                    && SrvSearch.HOST
                            .matcher(to.getHost().toLowerCase(Locale.ROOT))
                            .matches()
                    && Ownership.isSame(to.getHost().toLowerCase(Locale.ROOT), domain);
            if (stays) {
                return to;
            }
        } catch (IllegalArgumentException notAnAddress) {
            throw new AutoconfigException(Reason.UNUSABLE, "a redirect to nowhere", notAnAddress);
        }
        throw new AutoconfigException(Reason.UNUSABLE, "a redirect to elsewhere");
    }

    private static String target(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private static AutoconfigException notReached(MailException refused) {
        Category category = refused.category();
        Reason reason =
                switch (category) {
                    // No such host, nothing that listens, or a host that has no certificate for this name: nobody set
                    // it up.
                    case UNKNOWN_HOST, CONNECTION_REFUSED, UNREACHABLE, CERTIFICATE_WRONG_HOST -> Reason.ABSENT;
                    case DNS_TIMEOUT, CONNECT_TIMEOUT, DEADLINE_EXCEEDED -> Reason.SLOW;
                    default -> Reason.UNUSABLE;
                };
        return new AutoconfigException(reason, category.wireName(), refused);
    }
}
