package dev.mailroom.account.organization;

import dev.mailroom.account.audit.AuditEntry;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the audit log says about people, teams and the organization. To be asked before a change is applied. */
final class DirectoryAudit {
    private DirectoryAudit() {}

    static AuditEntry added(UserRow row) {
        return appeared("user.added", row);
    }

    /** Taken in by their own token. */
    static AuditEntry firstSeen(UserRow row) {
        return appeared("user.first_seen", row);
    }

    private static AuditEntry appeared(String action, UserRow row) {
        return AuditEntry.of(action, "user", row.id)
                .field("name", null, row.name)
                .field("email", null, row.email)
                .field("role", null, row.role);
    }

    static AuditEntry changed(UserRow before, UserChange change) {
        AuditEntry entry = AuditEntry.of("user.changed", "user", before.id);
        entry = change.name() == null ? entry : entry.field("name", before.name, change.name());
        entry = change.email() == null ? entry : entry.field("email", before.email, change.email());
        return change.role() == null
                ? entry
                : entry.field("role", before.role, change.role().name().toLowerCase(Locale.ROOT));
    }

    static AuditEntry removed(UserRow row) {
        return AuditEntry.of("user.removed", "user", row.id)
                .field("name", row.name, null)
                .field("email", row.email, null)
                .field("role", row.role, null);
    }

    static AuditEntry made(TeamRow row, TeamPeople people) {
        return AuditEntry.of("team.added", "team", row.id)
                .field("name", null, row.name)
                .field("members", null, people.members())
                .field("observers", null, people.observers());
    }

    static AuditEntry changed(TeamRow before, TeamPeople peopleBefore, TeamChange change, TeamPeople people) {
        AuditEntry entry = AuditEntry.of("team.changed", "team", before.id)
                .field("members", peopleBefore.members(), people.members())
                .field("observers", peopleBefore.observers(), people.observers());
        entry = change.name() == null ? entry : entry.field("name", before.name, change.name());
        entry = change.userReplyBehavior() == null
                ? entry
                : entry.field("user_reply_behavior", before.userReplyBehavior(), change.userReplyBehavior());
        entry = change.receivedReplyBehavior() == null
                ? entry
                : entry.field(
                        "received_reply_behavior", before.receivedReplyBehavior(), change.receivedReplyBehavior());
        return change.businessHours() == null
                ? entry
                : entry.field("business_hours", before.businessHours, BusinessHoursText.write(change.businessHours()));
    }

    static AuditEntry removed(TeamRow row) {
        return AuditEntry.of("team.removed", "team", row.id).field("name", row.name, null);
    }

    static AuditEntry changed(OrganizationRow row, @Nullable String nameBefore, String planBefore) {
        return AuditEntry.of("organization.changed", "organization", row.id)
                .field("name", nameBefore, row.name)
                .field("plan", planBefore, row.plan);
    }
}
