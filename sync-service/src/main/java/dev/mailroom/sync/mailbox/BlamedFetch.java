package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;

/**
 * The cause of a {@link MailException} that is held against messages: the fetch of them failed, and {@link FetchFailures} counts how often
 * that happens, or begins to when they are next looked at. It says nothing about their account yet.
 */
public final class BlamedFetch extends Exception {
    private static final long serialVersionUID = 1L;

    private BlamedFetch(MailException failure) {
        super(failure.getMessage(), failure);
    }

    /** The same failure with the messages to blame. A refused fetch is tried again: until the message is given up. */
    public static MailException of(MailException failure) {
        return MailException.at(failure.stage(), failure.category())
                .remedy(failure.remedy() == Remedy.GIVE_UP ? Remedy.RETRY : failure.remedy())
                .responseCode(failure.responseCode())
                .serverText(failure.serverText())
                .suggestedBackoff(failure.suggestedBackoff().orElse(null))
                .cause(new BlamedFetch(failure))
                .build();
    }

    /** True if messages are to blame for it. */
    public static boolean isCauseOf(MailException failure) {
        return failure.getCause() instanceof BlamedFetch;
    }
}
