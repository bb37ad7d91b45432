package dev.mailroom.localstack.connect;

import dev.mailroom.localstack.api.MailroomApi;
import dev.mailroom.localstack.stack.StackLocation;
import dev.mailroom.localstack.stack.StackState;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Terminal;
import java.io.IOException;
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
        description =
                "Connects a mailbox: an address and a password are enough for most. Finds and checks the servers, asks for"
                        + " what it cannot find, shows the import.",
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

    @Option(
            names = "--imap",
            paramLabel = "HOST[:PORT[:tls|starttls]]",
            description = "The server for reading; default: it is looked for.")
    @Nullable
    private String imap;

    @Option(
            names = "--smtp",
            paramLabel = "HOST[:PORT[:tls|starttls]]",
            description = "The server for sending; default: it is looked for.")
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
        var questions = new ConsoleQuestions();
        String address = email != null ? email : questions.ask("Email address", null);
        String secret = password(questions);
        try (var api = MailroomApi.of(folder, state::address)) {
            String id = new Connecting(api, terminal, questions, useWhatWorks).connect(wanted(address), secret);
            terminal.line(terminal.green("Connected") + " as account " + id);
            if (history.equals("none")) {
                return;
            }
            long imported = new ImportWatch(api, terminal).untilDone(id, "Importing", IMPORT_MAX);
            terminal.line("Imported " + imported + " messages. New mail comes by itself from now on.");
        }
    }

    private Wanted wanted(String address) {
        return new Wanted(
                kind,
                address,
                displayName,
                username,
                history,
                imap == null ? null : ServerOption.parse(imap, IMAPS),
                smtp == null ? null : ServerOption.parse(smtp, SUBMISSION));
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
