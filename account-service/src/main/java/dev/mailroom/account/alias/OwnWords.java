package dev.mailroom.account.alias;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a person set for themselves on an alias, instead of what the alias has.
 *
 * @param name null: the name of the alias
 * @param signature null: the signature of the alias
 * @param signatureFormat null exactly where the signature is
 */
@Schema(name = "AliasOwnWords")
public record OwnWords(
        @Nullable String name,
        @Nullable String signature,
        @Nullable SignatureFormat signatureFormat) {
    boolean isEmpty() {
        return name == null && signature == null;
    }
}
