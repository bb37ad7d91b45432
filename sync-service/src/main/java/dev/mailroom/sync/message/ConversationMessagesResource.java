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
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The messages of a conversation. */
@Path("/v1/conversations/{id}/messages")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Conversations")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class ConversationMessagesResource {
    private final MessageQueries queries;
    private final Caller caller;

    @Inject
    ConversationMessagesResource(MessageQueries queries, Caller caller) {
        this.queries = queries;
        this.caller = caller;
    }

    /** Newest first. One that was merged into another has none of its own. */
    @GET
    @Operation(summary = "Messages of a conversation, newest first")
    public Page<MessageView> list(@PathParam("id") UUID id, @BeanParam PageRequest page) {
        Page<MessageView> messages =
                queries.page(Viewer.of(caller), new MessageQueries.Filter(null, null, null, id), page);
        if (messages.data().isEmpty() && page.after().isEmpty()) {
            throw Problems.notFound("The conversation");
        }
        return messages;
    }
}
