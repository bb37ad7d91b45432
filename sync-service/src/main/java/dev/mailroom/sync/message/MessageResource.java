package dev.mailroom.sync.message;

import dev.mailroom.http.Caller;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import dev.mailroom.sync.access.Viewer;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Messages over HTTP. */
@Path("/v1/messages")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Messages", description = "Messages of all accounts of the organization")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class MessageResource {
    private final MessageQueries messages;
    private final Caller caller;

    @Inject
    MessageResource(MessageQueries messages, Caller caller) {
        this.messages = messages;
        this.caller = caller;
    }

    /** Newest first. A page may have fewer entries than the limit and still name a next one. */
    @GET
    @Operation(summary = "Messages, newest first")
    public Page<MessageView> list(
            @QueryParam("account") @Nullable UUID account,
            @QueryParam("mailbox") @Nullable UUID mailbox,
            @QueryParam("email_message_id") @Nullable String emailMessageId,
            @QueryParam("conversation") @Nullable UUID conversation,
            @BeanParam PageRequest page) {
        MessageQueries.Filter filter = new MessageQueries.Filter(account, mailbox, emailMessageId, conversation);
        return messages.page(Viewer.of(caller), filter, page);
    }

    /** One message with its text. */
    @GET
    @Path("/{id}")
    @Operation(summary = "One message with its text")
    public MessageView get(@PathParam("id") UUID id) {
        return messages.find(Viewer.of(caller), id).orElseThrow(() -> Problems.notFound("The message"));
    }
}
