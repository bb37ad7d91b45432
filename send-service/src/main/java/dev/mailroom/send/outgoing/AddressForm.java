package dev.mailroom.send.outgoing;

import dev.mailroom.contracts.Address;
import org.jspecify.annotations.Nullable;

/** An address in JSON. */
public record AddressForm(@Nullable String name, @Nullable String address) {
    Address toAddress() {
        return new Address(name, address == null ? "" : address);
    }
}
