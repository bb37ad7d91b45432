package dev.mailroom.send.outgoing;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jspecify.annotations.Nullable;

/** The one call to sync-service. Blocks for at most two seconds. */
@RegisterRestClient(configKey = "sync-service")
@Path("/v1/messages")
interface SyncMessages {
    /** @param authorization the caller's own, so that nobody learns of a message that they may not see */
    @GET
    Found find(
            @QueryParam("account") UUID account,
            @QueryParam("email_message_id") String emailMessageId,
            @QueryParam("limit") int limit,
            @HeaderParam("Authorization") String authorization);

    /** What is read of the answer. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Found(@Nullable List<Message> data) {}

    /** What is read of a message. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Message(@Nullable ReplyFrom replyFrom) {}

    /** The address of an account that got a message. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record ReplyFrom(@Nullable UUID account, @Nullable String address) {}
}
