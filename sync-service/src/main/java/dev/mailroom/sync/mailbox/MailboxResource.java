package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.http.Caller;
import dev.mailroom.http.Ids;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import dev.mailroom.mailclient.imap.SpecialUse;
import dev.mailroom.sync.access.Access;
import dev.mailroom.sync.access.AccountAccess;
import dev.mailroom.sync.access.Viewer;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Sql;
import dev.mailroom.sync.database.Transaction;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Mailboxes over HTTP. */
@Path("/v1/mailboxes")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Mailboxes", description = "Folders of the accounts and what they are for")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class MailboxResource {
    private static final UUID FIRST = new UUID(0, 0);

    /** Of a mailbox that an older version listed the role alone says that the server keeps its drafts there. */
    private static final String KEEPS_DRAFTS = ", special_use = case when special_use is null and role = 'drafts'"
            + " and role_source = 'special_use' then 'drafts' else special_use end";

    private final Database database;
    private final Access access;
    private final Mailboxes mailboxes;
    private final RoleAssignment roles;
    private final Caller caller;
    private final Clock clock;

    @Inject
    MailboxResource(
            Database database, Access access, Mailboxes mailboxes, RoleAssignment roles, Caller caller, Clock clock) {
        this.database = database;
        this.access = access;
        this.mailboxes = mailboxes;
        this.roles = roles;
        this.caller = caller;
        this.clock = clock;
    }

    /** The mailboxes of an account. */
    @GET
    @Operation(summary = "Mailboxes of an account")
    public Page<MailboxView> list(@QueryParam("account") @Nullable UUID account, @BeanParam PageRequest page) {
        if (account == null) {
            throw Problems.invalid("?account", "is required");
        }
        UUID after = page.after().map(MailboxResource::position).orElse(FIRST);
        Viewer viewer = Viewer.of(caller);
        List<MailboxView> rows = database.reading(viewer.organization(), sql -> {
            access.require(sql, viewer, account);
            return sql.list(
                    MailboxView::of,
                    MailboxView.SQL + " and m.id > $3 order by m.id limit $4",
                    viewer.organization(),
                    account,
                    after,
                    page.limit() + 1);
        });
        return Page.of(rows, page.limit(), row -> row.id().toString());
    }

    /** Changes what a mailbox is for, or whether it is pinned. */
    @PATCH
    @Path("/{id}")
    @Operation(summary = "Set the role of a mailbox, or pin it")
    public MailboxView change(@PathParam("id") UUID id, @Nullable MailboxChange change) {
        if (change == null) {
            throw Problems.invalid("", "a body is required");
        }
        MailboxRole role = roleOf(change);
        Viewer viewer = Viewer.of(caller);
        return database.forOrganization(viewer.organization(), tx -> {
            UUID account = tx.first("""
                            select account_id from mailbox
                            where id = $1 and organization_id = $2 and missing_since is null
                            """, id, viewer.organization())
                    .map(row -> row.getUUID("account_id"))
                    .orElseThrow(() -> Problems.notFound("The mailbox"));
            AccountAccess may = access.to(tx, viewer, account).orElseThrow(() -> Problems.notFound("The mailbox"));
            if (!may.change()) {
                throw AccountAccess.notYours();
            }
            if (change.roleGiven()) {
                RoleAssignment.lock(tx, account);
                setRole(tx, account, id, role);
                roles.assign(tx, account);
                MissingRoles.recheck(tx, account, clock.instant());
            }
            if (change.pinned() != null) {
                tx.execute("update mailbox set pinned = $2 where id = $1", id, change.pinned());
            }
            return view(tx, account, id);
        });
    }

    private void setRole(Transaction tx, UUID account, UUID mailbox, @Nullable MailboxRole role) {
        MailboxRow row = mailboxes.find(tx, mailbox).orElseThrow(() -> Problems.notFound("The mailbox"));
        if (row.role() == MailboxRole.INBOX) {
            throw Problems.conflict("inbox-stays", "INBOX has its role from the protocol");
        }
        if (role != null) {
            if (!row.selectable()) {
                throw Problems.conflict("mailbox-holds-no-mail", "The folder holds other folders and no mail");
            }
            if (role != MailboxRole.DRAFTS && ListedUse.of(row) == SpecialUse.DRAFTS) {
                throw Problems.conflict(
                        "mailbox-holds-drafts",
                        "The server keeps drafts in this folder, and drafts are no mail: choose another folder");
            }
            String word = role.name().toLowerCase(Locale.ROOT);
            tx.first("""
                            select path from mailbox
                            where account_id = $1 and role = $2 and id <> $3 and role_source = 'user' and missing_since is null
                            """, account, word, mailbox).ifPresent(other -> {
                throw Problems.conflict(
                        "role-taken",
                        "The folder \""
                                + String.join("/", other.getArrayOfStrings("path"))
                                + "\" was chosen for this: set its role to null first");
            });
            // What the server or a name said of another folder counts no more.
            tx.execute(
                    "update mailbox set role = null, role_source = null" + KEEPS_DRAFTS
                            + " where account_id = $1 and role = $2 and id <> $3",
                    account,
                    word,
                    mailbox);
        }
        tx.execute(
                "update mailbox set role = $2, role_source = 'user', revision = revision + 1" + KEEPS_DRAFTS
                        + " where id = $1",
                mailbox,
                role == null ? null : role.name().toLowerCase(Locale.ROOT));
    }

    private MailboxView view(Sql sql, UUID account, UUID mailbox) {
        return sql.first(MailboxView.SQL + " and m.id = $3", caller.organization(), account, mailbox)
                .map(MailboxView::of)
                .orElseThrow(() -> Problems.notFound("The mailbox"));
    }

    private static @Nullable MailboxRole roleOf(MailboxChange change) {
        String word = change.role();
        if (word == null) {
            return null;
        }
        return MailboxFinder.assignable().stream()
                .filter(role -> role.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() -> Problems.invalid("/role", "must be sent, archive, trash, junk, drafts or null"));
    }

    private static UUID position(String cursor) {
        try {
            return Ids.parse(cursor);
        } catch (IllegalArgumentException e) {
            throw PageRequest.badCursor();
        }
    }
}
