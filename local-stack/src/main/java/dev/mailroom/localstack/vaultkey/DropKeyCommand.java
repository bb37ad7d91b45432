package dev.mailroom.localstack.vaultkey;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.localstack.api.ApiAnswer;
import dev.mailroom.localstack.api.MailroomApi;
import dev.mailroom.localstack.stack.DataFolder;
import dev.mailroom.localstack.stack.ServiceName;
import dev.mailroom.localstack.stack.StackLocation;
import dev.mailroom.localstack.stack.StackState;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Terminal;
import dev.mailroom.vault.VaultException;
import dev.mailroom.vault.VaultKeyFile;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mailroom drop-key}. account-service retires the key first and refuses while the key still seals anything. */
@Command(
        name = "drop-key",
        description =
                "Shows the keys of the vault; with an id takes an old key that seals nothing any more out of the key file.",
        mixinStandardHelpOptions = true)
public final class DropKeyCommand implements Runnable {

    @Mixin
    private StackLocation location = new StackLocation();

    @Parameters(arity = "0..1", paramLabel = "ID", description = "The key to take out.")
    private @Nullable Long key;

    @Override
    public void run() {
        DataFolder folder = location.folder();
        StackState state = StackState.running(folder);
        try (var api = MailroomApi.ofOperator(folder, state::address)) {
            if (key == null) {
                lines(api).forEach(Terminal.standard()::line);
                return;
            }
            requireSuccess(api.post(ServiceName.ACCOUNT, "/v1/vault/keys/" + key + "/retire", MailroomApi.object()));
            VaultKeyFile.remove(folder.secrets().vaultKeyFile(), key);
            Terminal.standard()
                    .line(
                            "Key " + key
                                    + " is out of the key file. A backup of a database from before the last rotation still needs it.");
        } catch (VaultException e) {
            throw new CommandFailure("the key stays: " + e.getMessage(), e);
        }
    }

    private static List<String> lines(MailroomApi api) {
        ApiAnswer answer = requireSuccess(api.get(ServiceName.ACCOUNT, "/v1/vault/keys"));
        return StreamSupport.stream(answer.body().path("data").spliterator(), false)
                .map(DropKeyCommand::line)
                .toList();
    }

    private static String line(JsonNode known) {
        String role = known.path("primary").asBoolean()
                ? "seals new passwords"
                : known.path("retired").asBoolean() ? "retired" : "old";
        return "%-12d %6d passwords  %s"
                .formatted(known.path("id").asLong(), known.path("credentials").asLong(), role);
    }

    private static ApiAnswer requireSuccess(ApiAnswer answer) {
        if (!answer.isSuccess()) {
            throw new CommandFailure("account-service refused: " + answer.problem());
        }
        return answer;
    }
}
