package dev.mailroom.send.delivery;

import dev.mailroom.send.account.AccountRow;
import java.util.List;
import java.util.UUID;

/**
 * The right to deliver one message for as long as the lease is renewed.
 *
 * @param attempt number of this attempt, from 1
 * @param recipients addresses that still need the message
 */
record Claim(
        UUID outgoing,
        AccountRow account,
        long epoch,
        int attempt,
        String envelopeFrom,
        List<String> recipients,
        byte[] mime) {
    @Override
    public String toString() {
        return "Claim[" + outgoing + ", epoch " + epoch + "]";
    }
}
