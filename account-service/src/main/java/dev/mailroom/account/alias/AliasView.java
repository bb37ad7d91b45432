package dev.mailroom.account.alias;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An alias as a client sees it.
 *
 * @param mine what the caller set for themselves, null for nothing
 * @param maySend whether the caller may send as it
 */
public record AliasView(
        UUID id,
        UUID account,
        String address,
        String name,
        @Nullable String description,

        @Schema(
                description =
                        "For the program that writes a mail: nothing adds it to one. HTML is kept as it was given and must be"
                                + " treated as untrusted")
        @Nullable
        String signature,

        SignatureFormat signatureFormat,
        boolean isDefault,
        Senders senders,
        Readers readers,

        @Schema(description = "Whether somebody who reads mail at the address agreed to sharing it")
        Confirmation confirmation,

        @Schema(
                description =
                        "What the caller set for themselves, for the program that writes their mails: it goes before the"
                                + " name and the signature of the alias")
        @Nullable
        OwnWords mine,

        @Schema(description = "Whether the caller may send as it")
        boolean maySend,

        Instant createdAt,
        Instant updatedAt) {

    /** Where the agreement of an address stands. */
    public enum Confirmation {
        /** It is not shared. */
        @JsonProperty("not_needed")
        NOT_NEEDED,
        /** The link that was mailed to the address was not followed yet; its readers are nobody. */
        @JsonProperty("pending")
        PENDING,
        @JsonProperty("confirmed")
        CONFIRMED
    }

    static AliasView of(AliasRow row, @Nullable OwnWords mine, boolean maySend) {
        Confirmation confirmation = row.confirmedAt != null
                ? Confirmation.CONFIRMED
                : row.needsConfirmation() ? Confirmation.PENDING : Confirmation.NOT_NEEDED;
        return new AliasView(
                row.id,
                row.accountId,
                row.address,
                row.name,
                row.description,
                row.signature,
                SignatureFormat.ofWireName(row.signatureFormat),
                row.isDefault,
                row.senders(),
                row.readers(),
                confirmation,
                mine,
                maySend,
                row.createdAt,
                row.updatedAt);
    }
}
