package dev.mailroom.localstack.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailroom.localstack.api.ApiAnswer;
import dev.mailroom.localstack.api.MailroomApi;
import dev.mailroom.localstack.stack.ServiceName;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Terminal;

/** The dialogue that ends with a connected mailbox: finds the servers, tries them, and goes on with another way where only that works. */
final class Connecting {

    private final MailroomApi api;
    private final Terminal terminal;
    private final Questions questions;
    private final boolean useWhatWorks;

    /** @param useWhatWorks takes another port or encryption of the same server without asking */
    Connecting(MailroomApi api, Terminal terminal, Questions questions, boolean useWhatWorks) {
        this.api = api;
        this.terminal = terminal;
        this.questions = questions;
        this.useWhatWorks = useWhatWorks;
    }

    /**
     * Connects the mailbox, with at most two tries: more could lock it.
     *
     * @return the id of the account
     * @throws CommandFailure if it cannot be connected, after the reasons were shown
     */
    String connect(Wanted wanted, String password) {
        ObjectNode form =
                new ServerFinder(api, terminal, questions).complete(wanted).toJson(password);
        terminal.line("Checking the servers…");
        ApiAnswer answer = post(form);
        JsonNode diagnosis = answer.body().path("diagnosis");
        if (!answer.isSuccess() && WorkingSettings.areAllThatIsMissing(diagnosis) && isAgreed(diagnosis)) {
            WorkingSettings.putInto(form, diagnosis);
            terminal.line("Checking the servers again with " + WorkingSettings.inWords(diagnosis) + "…");
            answer = post(form);
        }
        if (answer.isSuccess()) {
            return answer.body().path("id").asText();
        }
        // The diagnosis has said the details, each with what to do.
        throw new CommandFailure(
                answer.body().path("diagnosis").isEmpty()
                        ? answer.problem()
                        : answer.body().path("title").asText());
    }

    private ApiAnswer post(ObjectNode form) {
        ApiAnswer answer = api.post(ServiceName.ACCOUNT, "/v1/accounts", form);
        new Diagnosis(terminal).print(answer.body().path("diagnosis"));
        for (JsonNode error : answer.body().path("errors")) {
            terminal.line("  " + error.path("pointer").asText() + "  "
                    + error.path("message").asText());
        }
        return answer;
    }

    private boolean isAgreed(JsonNode diagnosis) {
        if (useWhatWorks) {
            return true;
        }
        if (!questions.canAsk()) {
            terminal.line("  What works: " + WorkingSettings.inWords(diagnosis) + ". Try again with --use-what-works.");
        }
        return questions.confirm("Connect with " + WorkingSettings.inWords(diagnosis) + ", which works", true);
    }
}
