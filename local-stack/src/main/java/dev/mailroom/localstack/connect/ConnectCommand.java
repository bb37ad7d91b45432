package dev.mailroom.localstack.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailroom.localstack.api.ApiAnswer;
import dev.mailroom.localstack.api.MailroomApi;
import dev.mailroom.localstack.stack.ServiceName;
import dev.mailroom.localstack.stack.StackLocation;
import dev.mailroom.localstack.stack.StackState;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Terminal;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mailroom connect}: the form "add account" in a terminal. */
@Command(
        name = "connect",
        description = "Connects a mailbox: asks for what is not given, checks the servers, shows the import.",
        mixinStandardHelpOptions = true)
public final class ConnectCommand implements Runnable {

    private static final Duration IMPORT_MAX = Duration.ofHours(24);
    private static final int IMAPS = 993;
    private static final int SUBMISSION = 587;

    @Mixin
    private StackLocation location = new StackLocation();

    @Option(names = "--kind", defaultValue = "imap", description = "imap or exchange; default ${DEFAULT-VALUE}.")
    private String kind = "imap";

    @Option(names = "--email", description = "The mailbox's address.")
    @Nullable
    private String email;

    @Option(names = "--display-name", description = "The name that others see; default: the address.")
    @Nullable
    private String displayName;

    @Option(names = "--username", description = "Where the server wants another name than the address.")
    @Nullable
    private String username;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "A file with the password; else MAILROOM_PASSWORD, else it is asked for.")
    @Nullable
    private Path passwordFile;

    @Option(names = "--imap", paramLabel = "HOST[:PORT[:tls|starttls]]", description = "The server for reading.")
    @Nullable
    private String imap;

    @Option(names = "--smtp", paramLabel = "HOST[:PORT[:tls|starttls]]", description = "The server for sending.")
    @Nullable
    private String smtp;

    @Option(
            names = "--history",
            defaultValue = "1y",
            description = "How much old mail: none, 1m, 3m, 6m, 1y, 2y, 3y, 5y, 10y or all; default ${DEFAULT-VALUE}.")
    private String history = "1y";

    @Option(
            names = "--use-what-works",
            description = "Takes another port or encryption of the same server without asking where only that works.")
    private boolean useWhatWorks;

    @Override
    public void run() {
        Terminal terminal = Terminal.standard();
        var folder = location.folder();
        StackState state = StackState.running(folder);
        try (var api = MailroomApi.of(folder, state::address)) {
            var questions = new Questions();
            ObjectNode form = form(api, questions);
            ApiAnswer answer = connect(api, form, questions, terminal);
            if (!answer.isSuccess()) {
                JsonNode diagnosis = answer.body().path("diagnosis");
                for (JsonNode error : answer.body().path("errors")) {
                    terminal.line("  " + error.path("pointer").asText() + "  "
                            + error.path("message").asText());
                }
                // The diagnosis has said the details, each with what to do.
                throw new CommandFailure(
                        diagnosis.isEmpty()
                                ? answer.problem()
                                : answer.body().path("title").asText());
            }
            String id = answer.body().path("id").asText();
            terminal.line(terminal.green("Connected") + " as account " + id);
            if (history.equals("none")) {
                return;
            }
            long imported = new ImportWatch(api, terminal).untilDone(id, "Importing", IMPORT_MAX);
            terminal.line("Imported " + imported + " messages. New mail comes by itself from now on.");
        }
    }

    /** Once more with the ports and encryptions that work, if that is all that is wrong and the person agrees. */
    private ApiAnswer connect(MailroomApi api, ObjectNode form, Questions questions, Terminal terminal) {
        terminal.line("Checking the servers…");
        ApiAnswer answer = api.post(ServiceName.ACCOUNT, "/v1/accounts", form);
        JsonNode diagnosis = answer.body().path("diagnosis");
        if (answer.isSuccess() || diagnosis.isEmpty()) {
            return answer;
        }
        new Diagnosis(terminal).print(diagnosis);
        if (!WorkingSettings.areAllThatIsMissing(diagnosis)
                || !(useWhatWorks || questions.confirm("Connect with the settings that work"))) {
            return answer;
        }
        WorkingSettings.putInto(form, diagnosis);
        terminal.line("Checking the servers again with " + WorkingSettings.inWords(diagnosis) + "…");
        ApiAnswer second = api.post(ServiceName.ACCOUNT, "/v1/accounts", form);
        new Diagnosis(terminal).print(second.body().path("diagnosis"));
        return second;
    }

    private ObjectNode form(MailroomApi api, Questions questions) {
        String address = email != null ? email : questions.ask("Email address", null);
        ObjectNode known = knownSettings(api, address);
        ServerOption imapServer = server(questions, "IMAP server", imap, known.path("imap"), IMAPS);
        ServerOption smtpServer = server(questions, "SMTP server", smtp, known.path("smtp"), SUBMISSION);
        ObjectNode form = MailroomApi.object();
        form.put("kind", kind)
                .put("display_name", displayName == null ? address : displayName)
                .put("email", address)
                .put("username", username)
                .put("password", password(questions))
                .put("history", history)
                .put("sidebar", "pin_all");
        form.set("imap", imapServer.toJson());
        form.set("smtp", smtpServer.toJson());
        form.putObject("sharing").put("mode", "personal");
        return form;
    }

    /** What the provider of the address is known to want; empty where it is not known. */
    private static ObjectNode knownSettings(MailroomApi api, String address) {
        String query = URLEncoder.encode(address, StandardCharsets.UTF_8);
        ApiAnswer answer = api.get(ServiceName.ACCOUNT, "/v1/providers?email=" + query);
        JsonNode body = answer.body().has("data") ? answer.body().path("data").path(0) : answer.body();
        return answer.isSuccess() && body instanceof ObjectNode known ? known : MailroomApi.object();
    }

    private static ServerOption server(
            Questions questions, String label, @Nullable String given, JsonNode known, int defaultPort) {
        if (given != null) {
            return ServerOption.parse(given, defaultPort);
        }
        String suggestion = known.hasNonNull("host")
                ? known.path("host").asText() + ":" + known.path("port").asInt() + ":"
                        + known.path("encryption").asText()
                : null;
        return ServerOption.parse(questions.ask(label, suggestion), defaultPort);
    }

    private String password(Questions questions) {
        if (passwordFile != null) {
            try {
                return Files.readString(passwordFile).strip();
            } catch (IOException e) {
                throw new CommandFailure("the password file " + passwordFile + " cannot be read", e);
            }
        }
        String fromEnvironment = System.getenv("MAILROOM_PASSWORD");
        return fromEnvironment != null ? fromEnvironment : questions.askHidden("Password (or app password)");
    }
}
