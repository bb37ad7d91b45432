package dev.mailroom.localstack.token;

import dev.mailroom.localstack.signing.TokenRequest;
import dev.mailroom.localstack.stack.StackLocation;
import dev.mailroom.localstack.terminal.Terminal;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mailroom token}: a token on standard output and nothing else, so that a script can use it. */
@Command(
        name = "token",
        description = "Prints a token for the HTTP interface of the stack, valid for twelve hours.",
        mixinStandardHelpOptions = true)
public final class TokenCommand implements Runnable {

    /** The roles that the services know. */
    public enum Role {
        OWNER,
        ADMIN,
        MEMBER,
        SERVICE,
        OPERATOR
    }

    private static final Duration LIFETIME = Duration.ofHours(12);

    @Mixin
    private StackLocation location = new StackLocation();

    @Option(
            names = "--role",
            paramLabel = "R",
            defaultValue = "OWNER",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Role role = Role.OWNER;

    @Option(names = "--org", paramLabel = "O", description = "Organization (UUID); default: the stack's own.")
    @Nullable
    private UUID organization;

    @Option(
            names = "--sub",
            paramLabel = "S",
            defaultValue = "local-user",
            description = "Who the caller is; default ${DEFAULT-VALUE}.")
    private String subject = "local-user";

    @Override
    public void run() {
        var secrets = location.folder().secrets();
        UUID bound = organization == null && role != Role.SERVICE ? secrets.organization() : organization;
        Terminal.standard().line(secrets.signingKey().sign(new TokenRequest(role.name(), bound, subject, LIFETIME)));
    }
}
