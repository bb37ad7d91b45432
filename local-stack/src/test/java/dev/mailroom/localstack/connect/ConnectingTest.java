package dev.mailroom.localstack.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mailroom.localstack.api.MailroomApi;
import dev.mailroom.localstack.stack.DataFolder;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dialogue, against an account-service of a few lines. */
class ConnectingTest {

    private static final String FASTMAIL = """
            {"data": [{"source": "database", "provider": "Fastmail", "possible": true, "needs_confirmation": false,
              "imap": {"host": "imap.fastmail.com", "port": 993, "encryption": "tls"},
              "smtp": {"host": "smtp.fastmail.com", "port": 465, "encryption": "tls"},
              "username": "ana@fastmail.com", "note": "Fastmail wants an app password."}]}""";

    private static final String NOTHING = "{\"data\": []}";

    private static final String WRONG_ENCRYPTION = """
            {"title": "The mailbox cannot be connected", "status": 422, "diagnosis": [
              {"leg": "imap", "stage": "tls", "category": "not_tls", "hint": "%s",
               "suggestion": {"port": 143, "encryption": "starttls"}},
              {"leg": "smtp", "stage": "ok", "category": "ok", "hint": "Logged in."}]}""";

    private static final String CONNECTED = "{\"id\": \"7d3f\"}";

    @TempDir
    Path folder = Path.of("unset");

    private final ObjectMapper json = new ObjectMapper();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final Deque<String> answers = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private final List<JsonNode> forms = new ArrayList<>();
    private final Deque<String> outcomes = new ArrayDeque<>();
    private String found = NOTHING;
    private int lookUps;
    private @Nullable HttpServer service;
    private @Nullable MailroomApi api;

    @BeforeEach
    void startService() throws IOException {
        DataFolder data = DataFolder.choose(folder);
        Files.createDirectories(data.secrets().folder());
        data.secrets().prepare();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/providers", exchange -> {
            lookUps++;
            answer(exchange, 200, found);
        });
        server.createContext("/v1/accounts", exchange -> {
            forms.add(json.readTree(exchange.getRequestBody()));
            String outcome = outcomes.remove();
            answer(exchange, outcome.equals(CONNECTED) ? 201 : 422, outcome);
        });
        server.start();
        service = server;
        api = MailroomApi.of(
                data, _ -> "http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stopService() {
        if (api != null) {
            api.close();
        }
        if (service != null) {
            service.stop(0);
        }
    }

    @Test
    void needsNoServersWhereTheyAreFoundAndSaysFromWhere() {
        found = FASTMAIL;
        outcomes.add(CONNECTED);

        assertThat(connecting(true).connect(wanted("ana@fastmail.com", null, null), "secret"))
                .isEqualTo("7d3f");

        assertThat(asked).isEmpty();
        assertThat(output())
                .contains("Found Fastmail in Mailroom's own list", "imap.fastmail.com:993:tls", "app password");
        assertThat(forms.getFirst().at("/smtp/host").asText()).isEqualTo("smtp.fastmail.com");
        assertThat(forms.getFirst().path("password").asText()).isEqualTo("secret");
    }

    @Test
    void asksForTheServersWhereNothingWasFound() {
        outcomes.add(CONNECTED);
        answers.addAll(List.of("host:with:nonsense", "[2001:db8::1]:1993:tls", "smtp.example.com"));

        connecting(true).connect(wanted("ana@example.com", null, null), "secret");

        assertThat(asked).containsExactly("IMAP server", "IMAP server", "SMTP server");
        assertThat(forms.getFirst().at("/imap/host").asText()).isEqualTo("2001:db8::1");
        assertThat(forms.getFirst().at("/smtp/port").asInt()).isEqualTo(587);
        assertThat(output()).contains("no servers were found for example.com");
    }

    @Test
    void saysWhichFlagsAreNeededWhereNobodyCanBeAsked() {
        assertThatThrownBy(() -> connecting(false).connect(wanted("ana@example.com", null, null), "secret"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--imap")
                .hasMessageContaining("example.com");
        assertThat(forms).isEmpty();
    }

    @Test
    void looksForNothingWhereBothServersAreGiven() {
        outcomes.add(CONNECTED);
        var imap = new ServerOption("imap.example.com", 993, "tls");

        connecting(false).connect(wanted("ana@example.com", imap, imap), "secret");

        assertThat(lookUps).isZero();
    }

    @Test
    void offersTheOtherEncryptionThatWasSeenToWork() {
        found = FASTMAIL;
        String longHint = "word ".repeat(200) + "end-of-hint";
        outcomes.addAll(List.of(WRONG_ENCRYPTION.formatted(longHint), CONNECTED));
        answers.add("");

        connecting(true).connect(wanted("ana@fastmail.com", null, null), "secret");

        assertThat(asked).singleElement().asString().contains("IMAP 143 starttls");
        assertThat(forms.get(1).path("imap"))
                .isEqualTo(json.createObjectNode()
                        .put("host", "imap.fastmail.com")
                        .put("port", 143)
                        .put("encryption", "starttls"));
        assertThat(output()).contains("end-of-hint");
        assertThat(output().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(110));
    }

    @Test
    void triesTwiceAtMost() {
        found = FASTMAIL;
        outcomes.addAll(List.of(WRONG_ENCRYPTION.formatted("no"), WRONG_ENCRYPTION.formatted("no")));
        answers.add("y");

        assertThatThrownBy(() -> connecting(true).connect(wanted("ana@fastmail.com", null, null), "secret"))
                .hasMessage("The mailbox cannot be connected");
        assertThat(forms).hasSize(2);
    }

    @Test
    void leavesItAtThatWhereThePersonSaysNo() {
        found = FASTMAIL;
        outcomes.add(WRONG_ENCRYPTION.formatted("no"));
        answers.add("no");

        assertThatThrownBy(() -> connecting(true).connect(wanted("ana@fastmail.com", null, null), "secret"))
                .isInstanceOf(CommandFailure.class);
    }

    @Test
    void takesWhatWorksUnaskedWhereThatIsWanted() {
        found = FASTMAIL;
        outcomes.addAll(List.of(WRONG_ENCRYPTION.formatted("no"), CONNECTED));

        connecting(false, true).connect(wanted("ana@fastmail.com", null, null), "secret");

        assertThat(forms.get(1).at("/imap/port").asInt()).isEqualTo(143);
    }

    @Test
    void namesTheFlagWhereNobodyCanBeAsked() {
        found = FASTMAIL;
        outcomes.add(WRONG_ENCRYPTION.formatted("no"));

        assertThatThrownBy(() -> connecting(false).connect(wanted("ana@fastmail.com", null, null), "secret"))
                .isInstanceOf(CommandFailure.class);
        assertThat(output()).contains("--use-what-works", "IMAP 143 starttls");
    }

    @Test
    void sendsThePasswordToServersOfSomebodyElseOnlyAfterAYes() {
        found = FASTMAIL.replace("\"needs_confirmation\": false", "\"needs_confirmation\": true");
        outcomes.add(CONNECTED);
        assertThatThrownBy(() -> connecting(false).connect(wanted("ana@example.com", null, null), "secret"))
                .hasMessageContaining("somebody else");
        assertThat(forms).isEmpty();

        answers.add("yes");
        connecting(true).connect(wanted("ana@example.com", null, null), "secret");
        assertThat(forms).hasSize(1);
    }

    @Test
    void saysWhyAMailboxTakesNoPassword() {
        found = """
                {"data": [{"source": "database", "provider": "Outlook.com", "possible": false, "note": "OAuth only."}]}""";

        assertThatThrownBy(() -> connecting(false).connect(wanted("ana@outlook.com", null, null), "secret"))
                .hasMessageContaining("OAuth only.");
        assertThat(forms).isEmpty();
    }

    @Test
    void takesTheUserNameThatTheProviderWants() {
        found = FASTMAIL.replace("\"username\": \"ana@fastmail.com\"", "\"username\": \"ana\"");
        outcomes.addAll(List.of(CONNECTED, CONNECTED));

        connecting(false).connect(wanted("ana@fastmail.com", null, null), "secret");
        connecting(false).connect(wanted("ana@fastmail.com", null, null).withUsername("own"), "secret");

        assertThat(forms).extracting(form -> form.path("username").asText()).containsExactly("ana", "own");
    }

    private Connecting connecting(boolean canAsk) {
        return connecting(canAsk, false);
    }

    private Connecting connecting(boolean canAsk, boolean useWhatWorks) {
        if (api == null) {
            throw new IllegalStateException("the service is not started");
        }
        return new Connecting(
                api,
                new Terminal(new PrintStream(shown, true, StandardCharsets.UTF_8), false, false),
                new Scripted(canAsk),
                useWhatWorks);
    }

    private static Wanted wanted(String email, @Nullable ServerOption imap, @Nullable ServerOption smtp) {
        return new Wanted("imap", email, null, null, "none", imap, smtp);
    }

    private String output() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** A person whose answers are known beforehand; an empty one takes the suggestion. */
    private final class Scripted implements Questions {
        private final boolean canAsk;

        Scripted(boolean canAsk) {
            this.canAsk = canAsk;
        }

        @Override
        public boolean canAsk() {
            return canAsk;
        }

        @Override
        public String ask(String label, @Nullable String suggestion) {
            asked.add(label);
            String answer = answers.remove();
            if (!answer.isEmpty()) {
                return answer;
            }
            if (suggestion == null) {
                throw new CommandFailure("there is nothing to take for an empty answer");
            }
            return suggestion;
        }

        @Override
        public String askHidden(String label) {
            throw new CommandFailure("the password was given");
        }
    }
}
