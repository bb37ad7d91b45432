package dev.mailroom.localstack.vaultkey;

import dev.mailroom.localstack.api.ApiAnswer;
import dev.mailroom.localstack.api.MailroomApi;
import dev.mailroom.localstack.stack.ServiceName;
import dev.mailroom.localstack.stack.StackLocation;
import dev.mailroom.localstack.stack.StackState;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Terminal;
import dev.mailroom.vault.VaultException;
import dev.mailroom.vault.VaultKeyFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mailroom rotate-key}. Repeating it after a failure is safe: what is wrapped already stays as it is. */
@Command(
        name = "rotate-key",
        description =
                "Adds a new key to the vault of the running stack and wraps every stored mailbox password with it.",
        mixinStandardHelpOptions = true)
public final class RotateKeyCommand implements Runnable {

    @Mixin
    private StackLocation location = new StackLocation();

    @Override
    public void run() {
        var folder = location.folder();
        StackState state = StackState.running(folder);
        long key;
        try {
            key = VaultKeyFile.rotate(folder.secrets().vaultKeyFile());
        } catch (VaultException e) {
            throw new CommandFailure("the vault has no new key: " + e.getMessage(), e);
        }
        ApiAnswer answer;
        try (var api = MailroomApi.ofOperator(folder, state::address)) {
            answer = api.post(ServiceName.ACCOUNT, "/v1/vault/rotate", MailroomApi.object());
        }
        if (!answer.isSuccess()) {
            throw new CommandFailure("the key file has the new key " + key
                    + ", but the passwords are not wrapped with it yet (" + answer.problem() + "): run it again");
        }
        long failed = answer.body().path("failed").size();
        if (failed > 0) {
            throw new CommandFailure(failed + " passwords could not be wrapped with the new key " + key
                    + " and keep the old one: see the log of account-service");
        }
        Terminal.standard()
                .line(
                        "New key " + key + ", "
                                + answer.body().path("rewrapped").asLong()
                                + " passwords wrapped with it. The old keys stay in the file (mailroom drop-key takes them out); keep a new copy of it.");
    }
}
