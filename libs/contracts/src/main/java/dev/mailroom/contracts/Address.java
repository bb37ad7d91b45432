package dev.mailroom.contracts;

import org.jspecify.annotations.Nullable;

/**
 * A mailbox of RFC 5322 section 3.4 with its display name decoded.
 *
 * @param name display name, or null where there is none
 * @param address addr-spec as it stood in the header; the domain may be an A-label
 */
public record Address(@Nullable String name, String address) {
    public Address {
        Required.of("address", address);
    }
}
