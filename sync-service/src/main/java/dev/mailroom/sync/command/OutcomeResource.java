package dev.mailroom.sync.command;

import dev.mailroom.http.Caller;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import dev.mailroom.sync.access.Access;
import dev.mailroom.sync.access.Viewer;
import dev.mailroom.sync.database.Database;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Says what became of commands. */
@Path("/v1/commands")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Commands")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class OutcomeResource {
    /** Of an account whose mail the viewer may read, or might until it was removed: its last commands failed with it. */
    private static final String READ = "exists (select 1 from account a where a.id = command.account_id "
            + "and a.organization_id = command.organization_id and " + Access.reads("a", "$3") + ")";

    private final Database database;
    private final Caller caller;

    @Inject
    OutcomeResource(Database database, Caller caller) {
        this.database = database;
        this.caller = caller;
    }

    /** What became of a command. */
    @GET
    @Path("/{id}")
    @Operation(summary = "What became of a command")
    public CommandView get(@PathParam("id") UUID id) {
        Viewer viewer = Viewer.of(caller);
        return database.reading(
                        viewer.organization(),
                        sql -> sql.first(
                                "select " + CommandView.COLUMNS
                                        + " from command where id = $1 and organization_id = $2 and " + READ,
                                id,
                                viewer.organization(),
                                viewer.user()))
                .map(CommandView::of)
                .orElseThrow(() -> Problems.notFound("The command"));
    }
}
