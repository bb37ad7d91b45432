package dev.mailroom.account.notice;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** One change of an account that its owner is to hear of, was told of, or could not be told of. */
@Entity
@Table(name = "notices")
@DynamicUpdate
class NoticeRow {
    static final String PROBLEM = "problem";
    static final String RECOVERED = "recovered";
    static final String PLANNED = "planned";
    static final String MAILED = "mailed";
    static final String UNMAILED = "unmailed";
    static final String OVERTAKEN = "overtaken";

    @Id
    UUID id;

    @Column
    UUID organizationId;

    @Column
    UUID accountId;

    @Column
    UUID ownerId;

    @Column
    String kind;

    @Column
    String accountState;

    @Column
    @Nullable
    String category;

    @Column
    Instant since;

    @Column
    String status;

    @Column
    @Nullable
    String reason;

    @Column
    Instant plannedAt;

    @Column
    Instant dueAt;

    @Column
    @Nullable
    Instant endedAt;

    @Column
    @Nullable
    UUID mailId;

    NoticeRow() {}

    static NoticeRow planned(UUID id, Report report, UUID owner, String kind, Instant now, Instant dueAt) {
        NoticeRow row = new NoticeRow();
        row.id = id;
        row.organizationId = report.organization();
        row.accountId = report.account();
        row.ownerId = owner;
        row.kind = kind;
        row.accountState = report.state();
        row.category = report.category();
        row.since = report.since();
        row.status = PLANNED;
        row.plannedAt = now;
        row.dueAt = dueAt;
        return row;
    }

    boolean is(String askedKind, String askedStatus) {
        return kind.equals(askedKind) && status.equals(askedStatus);
    }

    void mailed(UUID mail, Instant now) {
        status = MAILED;
        mailId = mail;
        endedAt = now;
    }

    /** @param why {@code off}, {@code no_address}, {@code problem_not_mailed} */
    void unmailed(String why, Instant now) {
        status = UNMAILED;
        reason = why;
        endedAt = now;
    }

    void overtaken(Instant now) {
        status = OVERTAKEN;
        endedAt = now;
    }

    @Override
    public String toString() {
        return "NoticeRow[" + id + ", " + kind + ", " + status + "]";
    }
}
