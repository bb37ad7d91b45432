package dev.mailroom.account.alias;

import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An alias as a client writes it. In a change, null and absent leave a field as it is, and an empty text removes it. */
@Schema(examples = AliasRequest.EXAMPLE)
public record AliasRequest(
        @Schema(description = "Required for a new one. IDN domains are kept as A-labels", maxLength = 254) @Nullable
        String address,

        @Schema(
                description = "Shown to recipients where a mail names no other; default: the name of the account",
                maxLength = 200)
        @Nullable
        String name,

        @Schema(description = "For colleagues only, tells aliases of one address apart", maxLength = 500) @Nullable
        String description,

        @Schema(
                description =
                        "For the program that writes a mail: nothing adds it to one. At most 65,536 bytes; HTML is kept as"
                                + " it is and must be treated as untrusted")
        @Nullable
        String signature,

        @Schema(description = "Default text") @Nullable SignatureFormat signatureFormat,

        @Schema(description = "True makes it the default, instead of the one that was") @Nullable
        Boolean isDefault,

        @Schema(description = "Who may send as it; default: whoever the account is shared with") @Nullable
        SendersRequest senders,

        @Schema(
                description =
                        "Who may read the mail addressed to it though the account is not shared with them; default nobody."
                                + " Takes effect when the link that is mailed to the address was followed")
        @Nullable
        ReadersRequest readers) {

    static final String EXAMPLE = """
            {"address": "sales@example.com", "name": "Ana of Example", "description": "English",
             "signature": "<p>Ana Silva<br>Example Ltd</p>", "signature_format": "html", "is_default": false,
             "senders": {"sharing": true}, "readers": {"users": []}}""";

    /** One of: whoever the account is shared with, everyone of the organization, or the users named. */
    @Schema(examples = "{\"users\": [\"0195d3c8-6f2b-7c1a-9a57-0d9c4a1f2b3c\"]}")
    public record SendersRequest(
            @Nullable Boolean sharing,
            @Nullable Boolean everyone,
            @Nullable List<UUID> users) {}

    /** One of: everyone of the organization, a team, or the users named; an empty list is nobody. */
    @Schema(examples = "{\"team\": \"0195d3c8-6f2b-7c1a-9a57-0d9c4a1f2b3c\"}")
    public record ReadersRequest(
            @Nullable Boolean everyone,
            @Nullable UUID team,
            @Nullable List<UUID> users) {}

    /** What a person sets for themselves on an alias; both null: as the alias has it. */
    @Schema(
            examples =
                    "{\"name\": \"Bo of Example\", \"signature\": \"Bo\\nExample Ltd\", \"signature_format\": \"text\"}")
    public record MineRequest(
            @Schema(description = "For from.name of a mail", maxLength = 200) @Nullable
            String name,

            @Schema(description = "For the text of a mail. At most 65,536 bytes") @Nullable
            String signature,

            @Schema(description = "Default text") @Nullable SignatureFormat signatureFormat) {}
}
