package dev.mailroom.localstack.connect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.localstack.api.ApiAnswer;
import dev.mailroom.localstack.api.MailroomApi;
import dev.mailroom.localstack.stack.ServiceName;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Progress;
import dev.mailroom.localstack.terminal.Terminal;
import java.time.Duration;
import java.util.Set;

/** Follows the history import of an account with a progress bar. */
public final class ImportWatch {

    private static final Duration ASK_EVERY = Duration.ofMillis(200);
    /** States that do not lead to an import without somebody's help. */
    private static final Set<String> STUCK = Set.of("auth_failed", "needs_action", "paused");

    private final MailroomApi api;
    private final Terminal terminal;

    public ImportWatch(MailroomApi api, Terminal terminal) {
        this.api = api;
        this.terminal = terminal;
    }

    /**
     * Waits for the end of the import.
     *
     * @return messages that were imported
     * @throws CommandFailure if the account cannot go on, or is not done within {@code bound}
     */
    public long untilDone(String account, String label, Duration bound) {
        long end = System.nanoTime() + bound.toNanos();
        try (var progress = new Progress(terminal, label, "messages")) {
            while (System.nanoTime() < end) {
                ApiAnswer answer = api.get(ServiceName.SYNC, "/v1/sync/accounts/" + account);
                // Not known yet: the event that tells sync-service of the account is on its way.
                if (answer.isSuccess()) {
                    JsonNode progressNow = answer.body().path("import");
                    long done = progressNow.path("done").asLong();
                    progress.at(done, progressNow.path("total").asLong());
                    if (progressNow.path("state").asText().equals("done")) {
                        return done;
                    }
                    requireMoving(answer.body());
                }
                Thread.sleep(ASK_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while the import ran", e);
        }
        throw new CommandFailure("the import was not done within " + bound.toSeconds() + " s");
    }

    private static void requireMoving(JsonNode status) {
        String state = status.path("state").asText();
        if (STUCK.contains(state)) {
            JsonNode error = status.path("last_error");
            throw new CommandFailure("the account is " + state + ": "
                    + error.path("hint").asText(error.path("category").asText("no reason given")));
        }
    }
}
