package dev.mailroom.sync.message;

import dev.mailroom.http.Caller;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import dev.mailroom.sync.database.Database;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
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
    private final Database database;
    private final MessageQueries messages;
    private final Caller caller;

    @Inject
    ConversationMessagesResource(Database database, MessageQueries messages, Caller caller) {
        this.database = database;
        this.messages = messages;
        this.caller = caller;
    }

    /** Newest first. */
    @GET
    @Operation(summary = "Messages of a conversation, newest first")
    public Page<MessageView> list(@PathParam("id") UUID id, @BeanParam PageRequest page) {
        boolean known = database.first(
                        "select 1 from conversation where id = $1 and organization_id = $2", id, caller.organization())
                .isPresent();
        if (!known) {
            throw Problems.notFound("The conversation");
        }
        List<MessageView> rows = messages.list(
                caller.organization(), new MessageQueries.Filter(null, null, null, id), page.after(), page.limit());
        return Page.of(rows, page.limit(), MessageQueries::position);
    }
}
