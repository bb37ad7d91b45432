package dev.mailroom.testkit.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCertificatesTest {

    private static final TestCertificates AUTHORITY = TestCertificates.create();

    @TempDir
    Path folder = Path.of("unset");

    @Test
    void aClientThatTrustsTheAuthorityAcceptsItsServer() {
        assertThatCode(() -> handshake(AUTHORITY.server("localhost", "127.0.0.1"), AUTHORITY))
                .doesNotThrowAnyException();
    }

    @Test
    void aClientThatTrustsAnotherAuthorityRefusesIt() {
        assertThatThrownBy(() -> handshake(AUTHORITY.server("localhost"), TestCertificates.create()))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void everyBadCertificateIsRefused() {
        assertThatThrownBy(() -> handshake(AUTHORITY.expired("localhost"), AUTHORITY))
                .hasStackTraceContaining("CertificateExpiredException");
        assertThatThrownBy(() -> handshake(AUTHORITY.notYetValid("localhost"), AUTHORITY))
                .hasStackTraceContaining("CertificateNotYetValidException");
        assertThatThrownBy(() -> handshake(AUTHORITY.wrongHost(), AUTHORITY))
                .hasStackTraceContaining("No subject alternative DNS name matching localhost");
        assertThatThrownBy(() -> handshake(TestCertificates.selfSigned("localhost"), AUTHORITY))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void writesFilesThatOtherProgramsRead() throws Exception {
        var server = AUTHORITY.server("localhost");

        var chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(Files.newInputStream(server.writeChain(folder, "server")));

        assertThat(chain).hasSize(2);
        assertThat(Files.readString(server.writeKey(folder, "server"))).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(Files.size(server.writeKeyStore(folder, "server"))).isPositive();
        assertThat(Files.readString(AUTHORITY.writeAuthority(folder))).startsWith("-----BEGIN CERTIFICATE-----");
    }

    private static void handshake(ServerCertificate certificate, TestCertificates trusted) throws IOException {
        var loopback = InetAddress.ofLiteral("127.0.0.1");
        try (var executor = Executors.newVirtualThreadPerTaskExecutor();
                var server = (SSLServerSocket)
                        certificate.serverContext().getServerSocketFactory().createServerSocket(0, 1, loopback)) {
            executor.execute(() -> accept(server));
            try (var plain = new Socket()) {
                plain.connect(new InetSocketAddress(loopback, server.getLocalPort()), 5000);
                var client = (SSLSocket) trusted.clientContext()
                        .getSocketFactory()
                        .createSocket(plain, "localhost", server.getLocalPort(), true);
                var parameters = client.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                client.setSSLParameters(parameters);
                client.startHandshake();
            }
        }
    }

    private static void accept(SSLServerSocket server) {
        try (var socket = (SSLSocket) server.accept()) {
            socket.startHandshake();
        } catch (IOException expectedWhereTheClientRefuses) {
            assertThat(expectedWhereTheClientRefuses).isNotNull();
        }
    }
}
