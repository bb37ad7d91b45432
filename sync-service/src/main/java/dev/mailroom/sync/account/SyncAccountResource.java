package dev.mailroom.sync.account;

import dev.mailroom.http.Caller;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import dev.mailroom.sync.access.Viewer;
import dev.mailroom.sync.database.Database;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestStreamElementType;
import org.jspecify.annotations.Nullable;

/** State and import progress of accounts. */
@Path("/v1/sync/accounts/{id}")
@Tag(name = "Sync", description = "How the mailboxes are kept in step")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
public class SyncAccountResource {
    /** Between two looks of a stream; what changed in between is one event. */
    private static final Duration STREAM_INTERVAL = Duration.ofMillis(500);

    /** A stream ends after this long; the client opens it again. */
    private static final Duration STREAM_MAX = Duration.ofMinutes(15);

    private static final UUID NOBODY = new UUID(0, 0);

    private final Database database;
    private final Pool pool;
    private final Caller caller;
    private final Clock clock;

    @Inject
    SyncAccountResource(Database database, Pool pool, Caller caller, Clock clock) {
        this.database = database;
        this.pool = pool;
        this.caller = caller;
        this.clock = clock;
    }

    /** The state of now. */
    @GET
    @RunOnVirtualThread
    @RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER, Roles.SERVICE})
    @Operation(summary = "State, last error and import progress of an account")
    public SyncAccountView get(
            @PathParam("id") UUID id,
            @Parameter(description = "Only for another service, whose token is of no organization: for which it asks")
                    @QueryParam("organization")
                    @Nullable
                    UUID organization) {
        return look(viewer(organization), id).orElseThrow(() -> Problems.notFound("The account"));
    }

    /** Another service has decided who may see what, and sees what a manager of the organization sees. */
    private Viewer viewer(@Nullable UUID organization) {
        if (!caller.is(Roles.SERVICE)) {
            return Viewer.of(caller);
        }
        if (organization == null) {
            throw Problems.invalid("/organization", "a service has to say for which organization it asks");
        }
        return new Viewer(organization, NOBODY, true);
    }

    /** The state of now and each change of it, as server-sent events; at most 15 min. */
    @GET
    @Path("/stream")
    @Blocking
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "The same as server-sent events, one for each change",
            description = "An account that has just been made may be 404 here for a moment: try again after a second.")
    public Multi<SyncAccountView> stream(@PathParam("id") UUID id) {
        Viewer viewer = Viewer.of(caller);
        // Before the first byte: once a stream has begun it cannot become a 404.
        if (look(viewer, id).isEmpty()) {
            throw Problems.notFound("The account");
        }
        return Multi.createFrom()
                .ticks()
                .startingAfter(Duration.ofMillis(1))
                .every(STREAM_INTERVAL)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> pool.withTransaction(connection -> connection
                        .preparedQuery(Database.WORK_FOR)
                        .execute(Tuple.of(viewer.organization().toString()))
                        .chain(() -> connection
                                .preparedQuery(SyncAccountView.SQL)
                                .execute(Tuple.of(id, viewer.organization(), viewer.user(), viewer.manager())))))
                // An account that is removed meanwhile, or taken away from the viewer, ends its stream.
                .select()
                .first(rows -> rows.size() > 0)
                .map(rows -> SyncAccountView.of(rows.iterator().next(), clock.instant()))
                // How long ago is no change.
                .skip()
                .repetitions((before, now) -> comparable(before).equals(comparable(now)) ? 0 : 1)
                .select()
                .first(STREAM_MAX);
    }

    private Optional<SyncAccountView> look(Viewer viewer, UUID id) {
        return database.reading(
                viewer.organization(),
                sql -> sql.first(SyncAccountView.SQL, id, viewer.organization(), viewer.user(), viewer.manager())
                        .map(row -> SyncAccountView.of(row, clock.instant())));
    }

    private static SyncAccountView comparable(SyncAccountView view) {
        SyncAccountView.ImportView imported = view.imported();
        return new SyncAccountView(
                view.id(),
                view.state(),
                view.since(),
                view.lastError(),
                view.push(),
                view.owner(),
                view.messages(),
                view.mailboxes(),
                new SyncAccountView.ImportView(
                        imported.state(), imported.done(), imported.total(), imported.ratio(), null),
                null,
                view.reconcile());
    }
}
