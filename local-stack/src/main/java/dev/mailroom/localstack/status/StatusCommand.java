package dev.mailroom.localstack.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailroom.localstack.api.ApiAnswer;
import dev.mailroom.localstack.api.MailroomApi;
import dev.mailroom.localstack.stack.ServiceName;
import dev.mailroom.localstack.stack.StackLocation;
import dev.mailroom.localstack.stack.StackState;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Terminal;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mailroom status}. */
@Command(
        name = "status",
        description = "Shows the accounts, sessions, lags and addresses of the running stack.",
        mixinStandardHelpOptions = true)
public final class StatusCommand implements Runnable {

    private static final int ACCOUNTS_MAX = 200;

    @Mixin
    private StackLocation location = new StackLocation();

    @Option(names = "--json", description = "The same as one JSON object.")
    private boolean json;

    @Override
    public void run() {
        var folder = location.folder();
        StackState state = StackState.running(folder);
        ObjectNode status = MailroomApi.object();
        status.put("data", folder.root().toString()).put("started_at", state.startedAt());
        new TreeMap<>(state.addresses()).forEach(status.putObject("addresses")::put);
        try (var api = MailroomApi.of(folder, state::address)) {
            ObjectNode services = status.putObject("services");
            for (var service : ServiceName.values()) {
                services.put(service.service(), health(api, service));
            }
            status.set("accounts", accounts(api));
        }
        ConsumerLags.of(state.address("kafka")).forEach(status.putObject("lags")::put);
        Terminal terminal = Terminal.standard();
        if (json) {
            terminal.line(status.toString());
        } else {
            print(terminal, status);
        }
    }

    private static String health(MailroomApi api, ServiceName service) {
        try {
            return api.get(service, "/q/health/ready").isSuccess() ? "ready" : "not ready";
        } catch (CommandFailure e) {
            return "does not answer";
        }
    }

    private static ArrayNode accounts(MailroomApi api) {
        ArrayNode accounts = MailroomApi.object().arrayNode();
        try {
            JsonNode known = api.get(ServiceName.ACCOUNT, "/v1/accounts?limit=" + ACCOUNTS_MAX)
                    .body()
                    .path("data");
            for (JsonNode account : known) {
                String id = account.path("id").asText();
                ApiAnswer sync = api.get(ServiceName.SYNC, "/v1/sync/accounts/" + id);
                ObjectNode line = accounts.addObject();
                line.put("id", id).put("email", account.path("email").asText());
                line.set(
                        "sync",
                        sync.isSuccess() ? sync.body() : MailroomApi.object().put("state", "unknown"));
            }
        } catch (CommandFailure e) {
            // A service that is down is told above, in its own line.
            return accounts;
        }
        return accounts;
    }

    private static void print(Terminal terminal, ObjectNode status) {
        terminal.line(terminal.bold("Mailroom") + " on " + status.path("data").asText() + ", running since "
                + status.path("started_at").asText());
        terminal.blank();
        status.path("addresses").properties().forEach(address -> {
            String health = status.path("services").path(address.getKey()).asText("");
            String shown = health.isEmpty() || health.equals("ready") ? terminal.green(health) : terminal.red(health);
            terminal.line("  %-16s %-28s %s"
                    .formatted(address.getKey(), address.getValue().asText(), shown));
        });
        terminal.blank();
        terminal.line("Accounts");
        if (status.path("accounts").isEmpty()) {
            terminal.line("  none yet; ./mailroom connect adds one");
        }
        for (JsonNode account : status.path("accounts")) {
            JsonNode sync = account.path("sync");
            terminal.line("  %-36s %-12s %-8s %7d messages  %3d mailboxes  import %3.0f %%"
                    .formatted(
                            Terminal.clean(account.path("email").asText(), 36),
                            sync.path("state").asText(),
                            sync.path("push").asText(""),
                            sync.path("messages").asLong(),
                            sync.path("mailboxes").asLong(),
                            100 * sync.path("import").path("ratio").asDouble()));
        }
        terminal.blank();
        terminal.line("Records to take, by consumer group");
        status.path("lags")
                .properties()
                .forEach(lag -> terminal.line(
                        "  %-36s %d".formatted(lag.getKey(), lag.getValue().asLong())));
    }
}
