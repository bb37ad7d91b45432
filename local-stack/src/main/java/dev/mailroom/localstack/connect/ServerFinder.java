package dev.mailroom.localstack.connect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.localstack.api.ApiAnswer;
import dev.mailroom.localstack.api.MailroomApi;
import dev.mailroom.localstack.stack.ServiceName;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Terminal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Has the servers of an address looked for, shows what was found and from where, and asks for what was not. */
final class ServerFinder {

    private static final int BAD_REQUEST = 400;
    private static final int IMAPS = 993;
    private static final int SUBMISSION = 587;
    private static final Map<String, String> SOURCES = Map.of(
            "database", "Mailroom's own list of providers",
            "srv", "the domain's SRV records",
            "autoconfig", "the domain's own settings file",
            "mx", "where the domain's mail goes",
            "guess", "a guess: only hosts of the usual names exist");

    private final MailroomApi api;
    private final Terminal terminal;
    private final Questions questions;

    ServerFinder(MailroomApi api, Terminal terminal, Questions questions) {
        this.api = api;
        this.terminal = terminal;
        this.questions = questions;
    }

    /**
     * The mailbox with both servers.
     *
     * @throws CommandFailure if they were not found and there is nobody to ask
     */
    Wanted complete(Wanted wanted) {
        if (wanted.isComplete()) {
            return wanted;
        }
        terminal.line("Looking for the servers of " + domainOf(wanted.email()) + "…");
        String query = URLEncoder.encode(wanted.email(), StandardCharsets.UTF_8);
        ApiAnswer answer = api.get(ServiceName.ACCOUNT, "/v1/providers?email=" + query);
        if (answer.status() == BAD_REQUEST) {
            throw new CommandFailure(answer.problem());
        }
        if (!answer.isSuccess()) {
            return byHand(wanted, answer.problem());
        }
        JsonNode best = answer.body().path("data").path(0);
        if (best.isMissingNode()) {
            return byHand(wanted, "no servers were found for " + domainOf(wanted.email()));
        }
        String note = clean(best.path("note").asText(""));
        if (!best.path("possible").asBoolean(true)) {
            return byHand(wanted, note.isEmpty() ? "no password opens such a mailbox" : note);
        }
        show(best, note);
        if (best.path("needs_confirmation").asBoolean() && !isConfirmed()) {
            return byHand(wanted, "these servers belong to somebody else and were not confirmed");
        }
        return fill(wanted, best, answer.body().path("data"));
    }

    private Wanted fill(Wanted wanted, JsonNode best, JsonNode all) {
        Wanted filled = wanted;
        ServerOption imap = server(best.path("imap"));
        ServerOption smtp = server(best.path("smtp"));
        if (filled.imap() == null && imap != null) {
            filled = filled.withImap(imap);
            String username = best.path("username").asText("");
            if (filled.username() == null && !username.isEmpty() && !username.equals(filled.email())) {
                filled = filled.withUsername(username);
            }
        }
        if (filled.smtp() == null && smtp != null) {
            filled = filled.withSmtp(smtp);
        }
        return filled.isComplete() ? filled : byHand(filled, "not every server was found", all);
    }

    private boolean isConfirmed() {
        terminal.line("  Only the DNS says so, and the servers belong neither to the domain nor to a known provider.");
        return questions.confirm("Send the password there", false);
    }

    private void show(JsonNode best, String note) {
        String source = best.path("source").asText();
        String provider = clean(best.path("provider").asText(""));
        terminal.line("Found" + (provider.isEmpty() ? "" : " " + terminal.bold(provider)) + " in "
                + SOURCES.getOrDefault(source, source));
        for (String leg : new String[] {"imap", "smtp"}) {
            ServerOption server = server(best.path(leg));
            if (server != null) {
                terminal.line("  %-5s %s".formatted(leg, server));
            }
        }
        if (!note.isEmpty()) {
            Wrapped.lines(note).forEach(line -> terminal.line("  " + line));
        }
    }

    private Wanted byHand(Wanted wanted, String why) {
        return byHand(wanted, why, MailroomApi.object());
    }

    private Wanted byHand(Wanted wanted, String why, JsonNode candidates) {
        if (!questions.canAsk()) {
            throw new CommandFailure(why + "; name the servers with --imap and --smtp");
        }
        Wrapped.lines(why + (why.endsWith(".") ? "" : ".") + " Enter the servers as the provider names them.")
                .forEach(terminal::line);
        Wanted asked = wanted;
        if (asked.imap() == null) {
            asked = asked.withImap(ask("IMAP server", suggestion(candidates, "imap"), IMAPS));
        }
        if (asked.smtp() == null) {
            asked = asked.withSmtp(ask("SMTP server", suggestion(candidates, "smtp"), SUBMISSION));
        }
        return asked;
    }

    private static @Nullable ServerOption suggestion(JsonNode candidates, String leg) {
        for (JsonNode candidate : candidates) {
            ServerOption server = server(candidate.path(leg));
            if (server != null) {
                return server;
            }
        }
        return null;
    }

    /** Asks until it is a server. */
    private ServerOption ask(String label, @Nullable ServerOption suggestion, int defaultPort) {
        while (true) {
            String answer = questions.ask(label, suggestion == null ? null : suggestion.toString());
            try {
                return ServerOption.parse(answer, defaultPort);
            } catch (CommandFailure notAServer) {
                terminal.line("  " + notAServer.getMessage());
            }
        }
    }

    private static @Nullable ServerOption server(JsonNode node) {
        return node.hasNonNull("host")
                ? new ServerOption(
                        clean(node.path("host").asText()),
                        node.path("port").asInt(),
                        clean(node.path("encryption").asText()))
                : null;
    }

    private static String clean(String text) {
        return Terminal.clean(text, Integer.MAX_VALUE);
    }

    private static String domainOf(String address) {
        return clean(address.substring(address.lastIndexOf('@') + 1));
    }
}
