package dev.mailroom.sync.command;

import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.http.Caller;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import dev.mailroom.sync.access.Access;
import dev.mailroom.sync.access.Grants;
import dev.mailroom.sync.access.Viewer;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.mailbox.MailboxFinder;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Takes commands over HTTP: written down, then sent through Kafka to the replica that owns the account. */
@Path("/v1/messages/{id}/commands")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Commands", description = "Acts on the server")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class CommandResource {
    private static final int LABEL_MAX_CHARS = 500;

    private static final Set<String> LABELLED = Set.of("apply_label", "remove_label");

    /** Accounts with a copy that the viewer may see, also one that is missed: until it is known where the message went, it is the same message. */
    private static final String COPIES = """
            select c.account_id from message m join copy c on c.message_id = m.id join account a on a.id = c.account_id
            where m.organization_id = $1 and m.id = $2 and ($4::uuid is null or c.account_id = $4) and %s
            order by coalesce(a.owner_id = $3, false) desc, c.created_at
            """.formatted(Grants.sees("c", "m", 5));

    private final Database database;
    private final Access access;
    private final Commands commands;
    private final Caller caller;

    @Inject
    CommandResource(Database database, Access access, Commands commands, Caller caller) {
        this.database = database;
        this.access = access;
        this.commands = commands;
        this.caller = caller;
    }

    /** Asks for something to be done with a message. */
    @POST
    @Operation(
            summary = "Do something with a message on the server",
            description =
                    "202 with the command's id. Repeated with the same Idempotency-Key it answers with the same id and does nothing; with another request, or for another message, it is refused")
    @APIResponse(responseCode = "202", description = "Written down; what becomes of it is at /v1/commands/{id}")
    @APIResponse(responseCode = "409", description = "idempotency-key-reused: the key came with another request before")
    public Response command(
            @PathParam("id") UUID message,
            @Nullable CommandRequest request,
            @HeaderParam(IdempotencyKey.HEADER) @Nullable String idempotencyKey) {
        if (request == null || request.type() == null) {
            throw Problems.invalid("/type", "is required");
        }
        Viewer viewer = Viewer.of(caller);
        UUID organization = viewer.organization();
        UUID user = viewer.user();
        Optional<IdempotencyKey> key = IdempotencyKey.of(idempotencyKey);
        UUID id = key.map(sent -> EventIds.of("command", organization, user, sent.value()))
                .orElseGet(UUID::randomUUID);
        Optional<MailCommand> earlier = key.isEmpty()
                ? Optional.empty()
                : database.reading(
                        organization,
                        sql -> commands.find(sql, id)
                                .or(() -> commands.find(sql, idBefore(viewer, message, key.get()))));
        if (earlier.isEmpty()) {
            UUID account = accountOf(viewer, message, request.account());
            MailCommand command = build(request, id, account, organization, message, Origin.user(user));
            earlier = database.forOrganization(organization, tx -> {
                if (commands.request(tx, command)) {
                    tx.tell(EventIds.of("mail.command", id), command);
                    return Optional.empty();
                }
                // The same key came twice at a time, and the other was first.
                return commands.find(tx, id);
            });
        }
        earlier.ifPresent(command -> requireSame(command, message, request));
        return Response.accepted(Map.of("id", earlier.map(MailCommand::command).orElse(id)))
                .build();
    }

    /** The id that an older version, which may run beside this one, gives to the request: one key for each message. */
    private static UUID idBefore(Viewer viewer, UUID message, IdempotencyKey key) {
        return EventIds.of("command", viewer.organization(), viewer.user(), message, key.value());
    }

    /** An account that was not named may be any: which one it was then says nothing of the request. */
    private static void requireSame(MailCommand earlier, UUID message, CommandRequest request) {
        UUID account = request.account() == null ? earlier.account() : request.account();
        MailCommand asked =
                build(request, earlier.command(), account, earlier.organization(), message, earlier.origin());
        if (!asked.equals(earlier)) {
            throw IdempotencyKey.reused();
        }
    }

    /** The account whose copy the viewer may act on; his own before others that are shared with him. */
    private UUID accountOf(Viewer viewer, UUID message, @Nullable UUID wanted) {
        return database.reading(viewer.organization(), sql -> {
            Grants grants = access.grants(sql, viewer);
            List<UUID> visible = sql.list(
                    row -> row.getUUID("account_id"),
                    COPIES,
                    grants.with(viewer.organization(), message, viewer.user(), wanted));
            if (visible.isEmpty()) {
                throw Problems.notFound("The message");
            }
            return visible.stream()
                    .filter(grants.accounts()::contains)
                    .findFirst()
                    .orElseThrow(() -> Problems.forbidden(
                            "read-only",
                            "The message may be read, and not acted on: its account is not shared with you"));
        });
    }

    private static MailCommand build(
            CommandRequest request, UUID id, UUID account, UUID organization, UUID message, Origin origin) {
        String type = request.type() == null ? "" : request.type();
        if (request.label() != null && !LABELLED.contains(type)) {
            throw Problems.invalid("/label", "goes with apply_label and remove_label alone");
        }
        return switch (type) {
            case "mark_read" -> new MailCommand.MarkRead(id, account, organization, message, origin);
            case "mark_unread" -> new MailCommand.MarkUnread(id, account, organization, message, origin);
            case "apply_label" ->
                new MailCommand.ApplyLabel(id, account, organization, message, label(request), origin);
            case "remove_label" ->
                new MailCommand.RemoveLabel(id, account, organization, message, label(request), origin);
            case "archive" -> new MailCommand.Archive(id, account, organization, message, origin);
            case "move_to_inbox" -> new MailCommand.MoveToInbox(id, account, organization, message, origin);
            case "trash" -> new MailCommand.Trash(id, account, organization, message, origin);
            case "spam" -> new MailCommand.Spam(id, account, organization, message, origin);
            case "not_spam" -> new MailCommand.NotSpam(id, account, organization, message, origin);
            default -> throw Problems.invalid("/type", "is not a command for a message");
        };
    }

    private static String label(CommandRequest request) {
        String label = request.label();
        if (label == null || label.isBlank() || label.length() > LABEL_MAX_CHARS) {
            throw Problems.invalid("/label", "must have 1 to " + LABEL_MAX_CHARS + " characters");
        }
        if (label.chars().anyMatch(Character::isISOControl)) {
            throw Problems.invalid("/label", "has control characters");
        }
        String[] levels = label.split("/", -1);
        if (levels.length > MailboxFinder.LEVELS_MAX) {
            throw Problems.invalid("/label", "has more than " + MailboxFinder.LEVELS_MAX + " levels");
        }
        if (Arrays.stream(levels).anyMatch(String::isBlank)) {
            throw Problems.invalid("/label", "has a level without a name");
        }
        return label;
    }
}
