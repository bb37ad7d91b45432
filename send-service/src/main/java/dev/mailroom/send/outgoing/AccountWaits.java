package dev.mailroom.send.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Until when the requests of an account that is not known wait for it. The wait is the account's, not the request's: the
 * channel stands still meanwhile, and one account that never comes must not stop it again with every request.
 */
final class AccountWaits {
    /** Accounts remembered; of more the eldest wait is forgotten, and begins anew with its next request. */
    static final int ACCOUNTS_MAX = 10_000;

    private final Duration longest;
    private final Map<UUID, Instant> ends = new LinkedHashMap<>();

    AccountWaits(Duration longest) {
        this.longest = longest;
    }

    /** Whether an account that is still not known has been waited for long enough; the first question starts the wait. */
    synchronized boolean isOver(UUID account, Instant now) {
        Instant end = ends.computeIfAbsent(account, unknown -> now.plus(longest));
        if (ends.size() > ACCOUNTS_MAX) {
            ends.remove(ends.keySet().iterator().next());
        }
        return !now.isBefore(end);
    }

    /** The account has come. */
    synchronized void known(UUID account) {
        ends.remove(account);
    }
}
