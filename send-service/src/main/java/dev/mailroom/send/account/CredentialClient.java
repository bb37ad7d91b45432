package dev.mailroom.send.account;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The one call to account-service. Blocks. */
@RegisterRestClient(configKey = "account-service")
@Path("/v1/accounts/{id}/credential")
interface CredentialClient {
    /** @param authorization {@code Bearer} and a token with the role {@code service} */
    @GET
    SealedCredential get(@PathParam("id") UUID account, @HeaderParam("Authorization") String authorization);

    /** @param sealed the vault's envelope */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record SealedCredential(UUID account, UUID organization, long version, String username, byte[] sealed) {
        @Override
        public String toString() {
            return "SealedCredential[" + account + ", version " + version + "]";
        }
    }
}
