package dev.mailroom.sync.conversation;

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
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Conversations over HTTP. */
@Path("/v1/conversations")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Conversations", description = "Messages that answer each other")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class ConversationResource {
    /** Views and the role of the mailbox that makes them; an empty role means any mailbox. */
    private static final Map<String, String> ROLE_OF_VIEW =
            Map.of("inbox", "inbox", "trash", "trash", "spam", "junk", "all", "");

    private final ConversationQueries conversations;
    private final Caller caller;

    @Inject
    ConversationResource(ConversationQueries conversations, Caller caller) {
        this.conversations = conversations;
        this.caller = caller;
    }

    /** Newest message of the view first. A page may have fewer entries than the limit and still name a next one. */
    @GET
    @Operation(summary = "Conversations, newest message first")
    public Page<ConversationView> list(
            @QueryParam("view") @DefaultValue("inbox") String view, @BeanParam PageRequest page) {
        String role = ROLE_OF_VIEW.get(view);
        if (role == null) {
            throw Problems.invalid("?view", "must be inbox, trash, spam or all");
        }
        return conversations.page(Viewer.of(caller), role, page);
    }

    /** One conversation; one that was merged says into which. */
    @GET
    @Path("/{id}")
    @Operation(summary = "One conversation")
    public ConversationView get(@PathParam("id") UUID id) {
        return conversations.find(Viewer.of(caller), id).orElseThrow(() -> Problems.notFound("The conversation"));
    }
}
