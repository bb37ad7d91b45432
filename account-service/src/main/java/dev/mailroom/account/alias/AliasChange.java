package dev.mailroom.account.alias;

import org.jspecify.annotations.Nullable;

/**
 * What is to change on an alias, checked; null leaves a field as it is. Only {@link AliasCheck} makes one.
 *
 * @param description empty for none
 * @param signature empty for none
 */
record AliasChange(
        @Nullable String address,
        @Nullable String name,
        @Nullable String description,
        @Nullable String signature,
        @Nullable SignatureFormat signatureFormat,
        @Nullable Boolean isDefault,
        @Nullable Senders senders,
        @Nullable Readers readers) {

    boolean isEmpty() {
        return address == null
                && name == null
                && description == null
                && signature == null
                && signatureFormat == null
                && isDefault == null
                && senders == null
                && readers == null;
    }
}
