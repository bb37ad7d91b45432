package dev.mailroom.account.account;

import dev.mailroom.account.verification.Verification;
import dev.mailroom.http.ProblemException;
import java.util.stream.Collectors;

/** The 422 for a mailbox that could not be logged in to. */
final class ConnectionFailures {
    private ConnectionFailures() {}

    static void requireOk(Verification verification) {
        if (verification.isOk()) {
            return;
        }
        String failed = verification.diagnosis().stream()
                .filter(leg -> !leg.isOk())
                .map(leg -> leg.leg() + ": " + leg.hint())
                .collect(Collectors.joining(" "));
        throw new ProblemException(422, "connection-failed", "The mailbox cannot be connected", failed)
                .with("diagnosis", verification.diagnosis());
    }
}
