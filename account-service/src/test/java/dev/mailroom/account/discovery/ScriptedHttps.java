package dev.mailroom.account.discovery;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** An HTTPS server on 127.0.0.1 that answers with whatever bytes a test likes. */
final class ScriptedHttps implements AutoCloseable {
    private final SSLServerSocket listener;
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** Writes the whole answer, head and all. */
    @FunctionalInterface
    interface Reply {
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    private ScriptedHttps(SSLServerSocket listener) {
        this.listener = listener;
    }

    static ScriptedHttps start(SSLContext context) {
        try {
            var socket = (SSLServerSocket)
                    context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            var server = new ScriptedHttps(socket);
            Thread.ofPlatform().daemon().start(server::listen);
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** First line and Host of each request. */
    List<String> requests() {
        return requests;
    }

    /** @param place like {@code autoconfig.example.test/mail/config-v1.1.xml}, without port and query */
    ScriptedHttps reply(String place, Reply reply) {
        replies.put(place, reply);
        return this;
    }

    ScriptedHttps xml(String place, String xml) {
        return reply(place, out -> write(out, "200 OK", "Content-Type: text/xml\r\n", xml));
    }

    static void write(OutputStream out, String status, String headers, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        out.write(("HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + bytes.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        out.flush();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String first = in.readLine();
            if (first == null) {
                return;
            }
            String host = "";
            String line;
            while ((line = in.readLine()) != null && !line.isEmpty()) {
                if (line.startsWith("Host: ")) {
                    host = line.substring("Host: ".length()).replaceAll(":\\d+$", "");
                }
            }
            requests.add(first + " at " + host);
            String path = first.split(" ", 3)[1].replaceAll("\\?.*", "");
            Reply reply = replies.get(host + path);
            if (reply == null) {
                write(socket.getOutputStream(), "404 Not Found", "", "no");
            } else {
                reply.write(socket.getOutputStream());
            }
        } catch (IOException gone) {
            // The client went away in the middle, as many of these tests want it to.
            return;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
