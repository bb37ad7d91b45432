package dev.mailroom.account.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mailroom.account.discovery.Candidate;
import dev.mailroom.account.discovery.Source;
import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Server;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What Mailroom put in for servers that a request left out. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FoundServers(
        @Schema(description = "Absent if the request named the server") @Nullable
        Found imap,

        @Schema(description = "Absent if the request named the server") @Nullable
        Found smtp,

        @Schema(description = "The user name that was tried", examples = "ana@example.com")
        String username) {

    /** A server and where it comes from. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Found(
            Source source,
            @Schema(examples = "Fastmail") @Nullable String provider,
            String host,
            int port,
            Encryption encryption,

            @Schema(description = "What a person has to do or know first") @Nullable
            String note) {

        ServerRequest request() {
            return new ServerRequest(host, port, encryption);
        }

        static Found of(Candidate candidate, Server server) {
            return new Found(
                    candidate.source(),
                    candidate.provider(),
                    server.host(),
                    server.port(),
                    server.encryption(),
                    candidate.note());
        }
    }
}
