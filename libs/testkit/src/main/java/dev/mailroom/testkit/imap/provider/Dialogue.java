package dev.mailroom.testkit.imap.provider;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One connection from the greeting to its end. */
final class Dialogue {
    private final ProviderServer server;
    private final Provider provider;
    private final Wire wire;
    private @Nullable String user;

    Dialogue(ProviderServer server, Socket socket) throws IOException {
        this.server = server;
        this.provider = server.provider();
        this.wire = new Wire(socket);
    }

    void run() throws IOException, InterruptedException {
        wire.send("* OK ready");
        try {
            Session session = logIn();
            String command = session == null ? null : wire.readCommand();
            while (session != null && command != null && answer(session, command)) {
                command = wire.readCommand();
            }
        } finally {
            if (user != null) {
                server.leave(user);
            }
        }
    }

    private @Nullable Session logIn() throws IOException {
        String line = wire.readCommand();
        while (line != null) {
            CommandText text = new CommandText(line);
            String tag = text.word();
            switch (text.verb()) {
                case "CAPABILITY" -> capabilities(tag);
                case "NOOP" -> wire.send(tag + " OK done");
                case "AUTHENTICATE" -> {
                    text.word();
                    String first = text.atEnd() ? challenge() : text.word();
                    String[] parts =
                            new String(Base64.getDecoder().decode(first), StandardCharsets.UTF_8).split("\0", -1);
                    Session session = enter(tag, parts[1], parts[2]);
                    if (session != null) {
                        return session;
                    }
                }
                case "LOGIN" -> {
                    Session session = enter(tag, text.string(), text.string());
                    if (session != null) {
                        return session;
                    }
                }
                case "LOGOUT" -> {
                    wire.send(List.of("* BYE", tag + " OK bye"));
                    return null;
                }
                default -> wire.send(tag + " BAD log in first");
            }
            line = wire.readCommand();
        }
        return null;
    }

    private String challenge() throws IOException {
        wire.send("+ ");
        String answer = wire.readLine();
        return answer == null ? "" : answer;
    }

    private void capabilities(String tag) throws IOException {
        wire.send(List.of("* CAPABILITY " + provider.capabilities, tag + " OK done"));
    }

    private @Nullable Session enter(String tag, String name, String password) throws IOException {
        String refusal = server.refusal();
        if (refusal == null && !password.equals(ProviderServer.PASSWORD)) {
            refusal = "[AUTHENTICATIONFAILED] Invalid credentials";
        }
        int before = refusal == null ? server.enter(name) : 0;
        if (refusal != null || before < 0) {
            wire.send(tag + " NO " + (refusal == null ? provider.tooMany() : refusal));
            return null;
        }
        user = name;
        wire.send(tag + " OK logged in");
        return new Session(provider, server.mailbox(name), before);
    }

    /** @return false if the connection is over */
    private boolean answer(Session session, String line) throws IOException, InterruptedException {
        CommandText text = new CommandText(line);
        String tag = text.word();
        String verb = text.verb();
        server.heard(String.valueOf(user), line.substring(Math.min(line.length(), tag.length() + 1)));
        if (verb.equals("UID")) {
            verb = "UID " + text.verb();
        }
        if (verb.equals("LOGOUT")) {
            wire.send(List.of("* BYE", tag + " OK bye"));
            return false;
        }
        if (verb.equals("CAPABILITY")) {
            capabilities(tag);
            return true;
        }
        if (verb.equals("IDLE")) {
            return idle(session, tag);
        }
        List<String> lines = new ArrayList<>();
        String end;
        synchronized (session.mailbox()) {
            try {
                end = isOffered(verb) ? session.answer(verb, text, lines) : "BAD Unknown command";
            } catch (IllegalArgumentException notUnderstood) {
                lines.clear();
                end = "BAD Command Argument Error. 11";
            }
            lines.addAll(session.news(verb));
        }
        lines.add(tag + " " + end);
        wire.send(lines);
        return true;
    }

    private boolean isOffered(String verb) {
        return switch (verb) {
            case "ID", "XLIST", "NAMESPACE", "ENABLE", "NOTIFY" -> provider.offers(verb);
            case "UID MOVE" -> provider.offers("MOVE");
            case "UID EXPUNGE" -> provider.offers("UIDPLUS");
            default -> true;
        };
    }

    private boolean idle(Session session, String tag) throws IOException, InterruptedException {
        if (!provider.offers("IDLE")) {
            wire.send(tag + " BAD Unknown command");
            return true;
        }
        wire.send("+ idling");
        Thread pusher = provider.has(Oddity.IDLE_SILENT)
                ? Thread.ofVirtual().unstarted(() -> {})
                : Thread.ofVirtual().unstarted(() -> push(session));
        pusher.start();
        String done = wire.readLine();
        pusher.interrupt();
        pusher.join();
        if (done == null || !done.toUpperCase(Locale.ROOT).equals("DONE")) {
            return false;
        }
        wire.send(tag + " OK done");
        return true;
    }

    private void push(Session session) {
        ProviderMailbox mailbox = session.mailbox();
        try {
            synchronized (mailbox) {
                while (true) {
                    List<String> news = session.news("IDLE");
                    if (!news.isEmpty()) {
                        wire.send(news);
                    }
                    mailbox.wait();
                }
            }
        } catch (InterruptedException done) {
            // The client said so.
            return;
        } catch (IOException gone) {
            // Its reader notices.
            return;
        }
    }
}
