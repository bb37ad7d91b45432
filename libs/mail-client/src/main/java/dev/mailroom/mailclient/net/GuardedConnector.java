package dev.mailroom.mailclient.net;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import jdk.net.ExtendedSocketOptions;

/**
 * Opens connections to servers that a user named, and only to permitted addresses.
 *
 * <p>The name is looked up once; every address of the answer must be permitted, else none is tried; the connection goes to one of these
 * addresses while the name stays for SNI and for the certificate. Safe for use by any number of threads; all methods block.
 */
public final class GuardedConnector {
    /** Addresses of one name that are tried in turn. */
    static final int ADDRESSES_TRIED_MAX = 4;

    private static final int LOOKUP_THREADS_MAX = 32;
    private static final int LOOKUPS_WAITING_MAX = 4_096;
    private static final int KEEPALIVE_IDLE_SECONDS = 60;
    private static final int KEEPALIVE_INTERVAL_SECONDS = 15;
    private static final int KEEPALIVE_PROBES = 4;

    // A look-up is a native call that would hold the carrier of a virtual thread.
    private static final ExecutorService LOOKUPS = lookups();

    private final OutboundPolicy policy;
    private final NetworkTimeouts timeouts;
    private final HostResolver resolver;
    private final SSLContext tls;

    public GuardedConnector(OutboundPolicy policy, TrustedCertificates trust, NetworkTimeouts timeouts) {
        this(policy, trust, timeouts, HostResolver.system());
    }

    /** With a look-up of its own, for tests and for operators who resolve elsewhere. */
    public GuardedConnector(
            OutboundPolicy policy, TrustedCertificates trust, NetworkTimeouts timeouts, HostResolver resolver) {
        this.policy = policy;
        this.timeouts = timeouts;
        this.resolver = resolver;
        this.tls = trust.sslContext();
    }

    public NetworkTimeouts timeouts() {
        return timeouts;
    }

    /**
     * Opens a connection; with {@link Encryption#TLS} it is secured already, with {@link Encryption#STARTTLS} it is in plain text and the
     * caller has to reach {@link GuardedSocket#secure()} before it says anything that matters.
     *
     * @throws MailException at stage DNS, ADDRESS, CONNECT, TLS or CERTIFICATE
     * @throws InterruptedException if the thread was interrupted; nothing stays open
     */
    public GuardedSocket open(Endpoint endpoint) throws MailException, InterruptedException {
        List<InetAddress> addresses = permittedAddresses(endpoint);
        GuardedSocket socket = new GuardedSocket(this, endpoint, connectToFirst(addresses, endpoint.port()));
        if (endpoint.encryption() == Encryption.TLS) {
            socket.secure();
        }
        return socket;
    }

    /**
     * Looks the name up and checks the port and every address, without connecting. It says nothing about the next look-up: {@link #open}
     * checks again.
     *
     * @throws MailException at stage DNS or ADDRESS
     */
    public void requirePermitted(Endpoint endpoint) throws MailException, InterruptedException {
        permittedAddresses(endpoint);
    }

    private List<InetAddress> permittedAddresses(Endpoint endpoint) throws MailException, InterruptedException {
        if (!policy.permitsPort(endpoint.port())) {
            throw MailException.of(Stage.ADDRESS, Category.ADDRESS_NOT_ALLOWED);
        }
        List<InetAddress> addresses = resolve(endpoint);
        for (InetAddress address : addresses) {
            if (!policy.permits(address, endpoint.port())) {
                throw MailException.of(Stage.ADDRESS, Category.ADDRESS_NOT_ALLOWED);
            }
        }
        return addresses;
    }

    private List<InetAddress> resolve(Endpoint endpoint) throws MailException, InterruptedException {
        Future<InetAddress[]> lookup;
        try {
            lookup = LOOKUPS.submit(() -> resolver.resolve(endpoint.host()));
        } catch (RejectedExecutionException tooMany) {
            throw MailException.of(Stage.DNS, Category.DNS_TIMEOUT, tooMany);
        }
        try {
            InetAddress[] found = lookup.get(timeouts.dns().toMillis(), TimeUnit.MILLISECONDS);
            if (found.length == 0) {
                throw MailException.of(Stage.DNS, Category.UNKNOWN_HOST);
            }
            return List.of(found);
        } catch (TimeoutException slow) {
            lookup.cancel(true);
            throw MailException.of(Stage.DNS, Category.DNS_TIMEOUT, slow);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownHostException) {
                throw MailException.of(Stage.DNS, Category.UNKNOWN_HOST, failed.getCause());
            }
            throw new IllegalStateException("the look-up failed", failed.getCause());
        } catch (InterruptedException stop) {
            lookup.cancel(true);
            throw stop;
        }
    }

    private Socket connectToFirst(List<InetAddress> addresses, int port) throws MailException, InterruptedException {
        long end = System.nanoTime() + timeouts.connect().toNanos();
        MailException last = MailException.of(Stage.CONNECT, Category.CONNECT_TIMEOUT);
        int tried = 0;
        for (InetAddress address : addresses) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (tried++ == ADDRESSES_TRIED_MAX || left.toMillis() <= 0) {
                break;
            }
            try {
                return connect(address, port, left);
            } catch (IOException failure) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while connecting");
                }
                last = connectFailure(failure);
            }
        }
        throw last;
    }

    private Socket connect(InetAddress address, int port, Duration limit) throws IOException {
        // No proxy: one that a system property names would connect by name, past the check.
        Socket socket = new Socket(Proxy.NO_PROXY);
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            setIfSupported(socket, ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS);
            setIfSupported(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_INTERVAL_SECONDS);
            setIfSupported(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, KEEPALIVE_PROBES);
            socket.connect(new InetSocketAddress(address, port), Math.toIntExact(limit.toMillis()));
            socket.setSoTimeout(Math.toIntExact(timeouts.read().toMillis()));
            return socket;
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    SSLSocket handshake(Socket raw, Endpoint endpoint) throws MailException {
        try (Deadline deadline = Deadline.start(timeouts.tls(), () -> closeQuietly(raw))) {
            try {
                SSLSocket socket =
                        (SSLSocket) tls.getSocketFactory().createSocket(raw, endpoint.host(), endpoint.port(), true);
                socket.setSSLParameters(parameters(socket.getSSLParameters(), endpoint.host()));
                socket.startHandshake();
                return socket;
            } catch (IOException failure) {
                closeQuietly(raw);
                throw TlsFailures.of(failure, deadline.missed());
            }
        }
    }

    private static SSLParameters parameters(SSLParameters parameters, String host) {
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!isAddressLiteral(host)) {
            try {
                parameters.setServerNames(List.of(new SNIHostName(host)));
            } catch (IllegalArgumentException notAnAsciiName) {
                // Without SNI the server shows its default certificate, which is still checked against the name.
                parameters.setServerNames(List.of());
            }
        }
        return parameters;
    }

    private static boolean isAddressLiteral(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private static MailException connectFailure(IOException failure) {
        if (failure instanceof SocketTimeoutException) {
            return MailException.of(Stage.CONNECT, Category.CONNECT_TIMEOUT, failure);
        }
        boolean refused = failure instanceof ConnectException
                && String.valueOf(failure.getMessage()).contains("refused");
        return MailException.of(Stage.CONNECT, refused ? Category.CONNECTION_REFUSED : Category.UNREACHABLE, failure);
    }

    private static void setIfSupported(Socket socket, java.net.SocketOption<Integer> option, int seconds)
            throws IOException {
        if (socket.supportedOptions().contains(option)
                && socket.supportedOptions().contains(StandardSocketOptions.SO_KEEPALIVE)) {
            socket.setOption(option, seconds);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // The socket is unusable either way.
            return;
        }
    }

    private static ExecutorService lookups() {
        var threads = new ThreadPoolExecutor(
                LOOKUP_THREADS_MAX,
                LOOKUP_THREADS_MAX,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(LOOKUPS_WAITING_MAX),
                Thread.ofPlatform().daemon().name("mail-lookups-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
