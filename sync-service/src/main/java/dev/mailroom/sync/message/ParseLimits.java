package dev.mailroom.sync.message;

import java.time.Duration;

/**
 * Bounds of reading one message. What lies beyond is left out and the message is marked as partially parsed.
 *
 * @param sizeMaxBytes larger messages are read by their header alone
 * @param depthMax multiparts inside each other
 * @param partsMax body parts in all
 * @param headersMax header fields in all, body parts' included
 * @param headersMaxBytes bytes of all header fields together
 * @param headerMaxBytes bytes of one header field; of a longer one the beginning is read
 * @param addressesMax addresses in all header fields together
 * @param addressesMaxBytes characters of all addresses and names together, so that they fit an event
 * @param encodedWordsMax encoded words (RFC 2047) in all
 * @param attachmentsMax attachments that are listed
 * @param structureMax parts that the structure shows
 * @param htmlMaxBytes bytes of HTML that are turned into text
 * @param deadline time for the whole message
 */
public record ParseLimits(
        int sizeMaxBytes,
        int depthMax,
        int partsMax,
        int headersMax,
        int headersMaxBytes,
        int headerMaxBytes,
        int addressesMax,
        int addressesMaxBytes,
        int encodedWordsMax,
        int attachmentsMax,
        int structureMax,
        int htmlMaxBytes,
        Duration deadline) {

    private static final int KIB = 1024;

    /** 50 MiB; 20 levels, 1,000 parts, 1,000 headers of 256 KiB in all and 64 KiB each; 5,000 addresses; 5 s. */
    public static ParseLimits defaults() {
        return new ParseLimits(
                50 * KIB * KIB,
                20,
                1_000,
                1_000,
                256 * KIB,
                64 * KIB,
                5_000,
                128 * KIB,
                2_000,
                200,
                400,
                512 * KIB,
                Duration.ofSeconds(5));
    }

    public ParseLimits withDeadline(Duration value) {
        return new ParseLimits(
                sizeMaxBytes,
                depthMax,
                partsMax,
                headersMax,
                headersMaxBytes,
                headerMaxBytes,
                addressesMax,
                addressesMaxBytes,
                encodedWordsMax,
                attachmentsMax,
                structureMax,
                htmlMaxBytes,
                value);
    }
}
