package dev.mailroom.account.discovery;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A name server on 127.0.0.1, UDP and TCP, that answers from a script: {@code "example.test. SRV"} leads to lines of record data, or to
 * one of the ways in which name servers fail. What is not in the script does not exist.
 */
public final class ScriptedDns implements AutoCloseable {
    /** No answer at all. */
    public static final String SILENT = "!silent";
    /** Bytes that are no message. */
    public static final String MALFORMED = "!malformed";
    /** An answer to another question. */
    public static final String WRONG_ID = "!wrong-id";

    public static final String SERVER_FAILURE = "!servfail";
    /** Over UDP only the mark that there is more; the lines behind it come over TCP. */
    public static final String TRUNCATED = "!truncated";
    /** Each question gets the next one of the lines behind it, the last for ever. */
    public static final String IN_TURN = "!in-turn";

    private static final int TTL_SECONDS = 60;
    private static final String SHARED = "dev.mailroom.account.test-zone:";

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Map<String, String> zone;
    private final Map<String, AtomicInteger> questions = new ConcurrentHashMap<>();
    private final AtomicInteger overTcp = new AtomicInteger();

    private ScriptedDns(DatagramSocket udp, ServerSocket tcp, Map<String, String> zone) {
        this.udp = udp;
        this.tcp = tcp;
        this.zone = zone;
    }

    public static ScriptedDns start() {
        return start(new ConcurrentHashMap<>());
    }

    /** Adds to the script of every name server in this process, also from another class loader: the service under test has its own. */
    public static void publish(String question, String... lines) {
        System.setProperty(SHARED + key(question), String.join("\n", lines));
    }

    private static ScriptedDns start(Map<String, String> zone) {
        InetAddress host = InetAddress.getLoopbackAddress();
        for (int tries = 0; ; tries++) {
            try {
                var tcp = new ServerSocket(0, 50, host);
                try {
                    var server = new ScriptedDns(
                            new DatagramSocket(new InetSocketAddress(host, tcp.getLocalPort())), tcp, zone);
                    Thread.ofPlatform().daemon().start(server::listenUdp);
                    Thread.ofPlatform().daemon().start(server::listenTcp);
                    return server;
                } catch (IOException portIsTaken) {
                    tcp.close();
                    if (tries == 20) {
                        throw portIsTaken;
                    }
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public int port() {
        return tcp.getLocalPort();
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
    }

    /** @param question like {@code "_imaps._tcp.example.test. SRV"} */
    public ScriptedDns script(String question, String... lines) {
        zone.put(key(question), String.join("\n", lines));
        return this;
    }

    /** How often it was asked. */
    public int questions(String question) {
        AtomicInteger count = questions.get(key(question));
        return count == null ? 0 : count.get();
    }

    public int questionsOverTcp() {
        return overTcp.get();
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void listenUdp() {
        byte[] buffer = new byte[1_500];
        while (!udp.isClosed()) {
            try {
                var packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
                byte[] answer = answer(query, false);
                if (answer.length > 0) {
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException closed) {
                continue;
            }
        }
    }

    private void listenTcp() {
        while (!tcp.isClosed()) {
            try {
                Socket socket = tcp.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new DataInputStream(socket.getInputStream());
            var out = new DataOutputStream(socket.getOutputStream());
            while (true) {
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                overTcp.incrementAndGet();
                byte[] answer = answer(query, true);
                out.writeShort(answer.length);
                out.write(answer);
                out.flush();
            }
        } catch (IOException gone) {
            // The client has what it wanted.
            return;
        }
    }

    private byte[] answer(byte[] bytes, boolean isTcp) throws IOException {
        Message query = new Message(bytes);
        Record asked = query.getQuestion();
        String name = asked.getName().toString().toLowerCase(Locale.ROOT);
        String key = key(name + " " + Type.string(asked.getType()));
        int number = questions.computeIfAbsent(key, _ -> new AtomicInteger()).incrementAndGet();
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        answer.addRecord(asked, Section.QUESTION);
        String alias = scripted(key(name + " CNAME"));
        String script = scripted(key);
        if (alias != null) {
            answer.addRecord(record(asked.getName(), Type.CNAME, alias), Section.ANSWER);
        } else if (script == null) {
            boolean exists = Stream.concat(
                            zone.keySet().stream(), System.getProperties().stringPropertyNames().stream())
                    .anyMatch(known -> known.startsWith(name + " ") || known.startsWith(SHARED + name + " "));
            answer.getHeader().setRcode(exists ? Rcode.NOERROR : Rcode.NXDOMAIN);
        } else {
            List<String> lines = script.lines().toList();
            switch (lines.getFirst()) {
                case SILENT -> {
                    return new byte[0];
                }
                case MALFORMED -> {
                    return new byte[] {bytes[0], bytes[1], (byte) 0x81, (byte) 0x80, 0, 1, 0, 9, 0, 0, 0, 0, 63, 1};
                }
                case WRONG_ID -> answer.getHeader().setID(query.getHeader().getID() ^ 1);
                case SERVER_FAILURE -> answer.getHeader().setRcode(Rcode.SERVFAIL);
                case TRUNCATED -> {
                    if (isTcp) {
                        add(answer, asked, lines.subList(1, lines.size()));
                    } else {
                        answer.getHeader().setFlag(Flags.TC);
                    }
                }
                case IN_TURN -> add(answer, asked, List.of(lines.get(Math.min(number, lines.size() - 1))));
                default -> add(answer, asked, lines);
            }
        }
        return answer.toWire();
    }

    private @Nullable String scripted(String key) {
        String own = zone.get(key);
        return own == null ? System.getProperty(SHARED + key) : own;
    }

    private static void add(Message answer, Record asked, List<String> lines) throws IOException {
        for (String line : lines) {
            answer.addRecord(record(asked.getName(), asked.getType(), line), Section.ANSWER);
        }
    }

    private static Record record(Name name, int type, String data) throws IOException {
        return Record.fromString(name, type, DClass.IN, TTL_SECONDS, data, Name.root);
    }

    private static String key(String question) {
        int space = question.indexOf(' ');
        return question.substring(0, space).toLowerCase(Locale.ROOT) + question.substring(space);
    }
}
