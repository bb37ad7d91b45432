package dev.mailroom.account.notice;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** A mail as it is stored. Its words go when it is over. */
@Entity
@Table(name = "system_mails")
@DynamicUpdate
class SystemMailRow {
    static final String READY = "ready";
    static final String SENDING = "sending";
    static final String SENT = "sent";
    static final String UNCERTAIN = "uncertain";
    static final String FAILED = "failed";

    @Id
    UUID id;

    @Column
    UUID organizationId;

    @Column
    @Nullable
    UUID userId;

    @Column
    String purpose;

    @Column
    String recipient;

    @Column
    String subject;

    @Column
    String bodyText;

    @Column
    String bodyHtml;

    @Column
    String state;

    @Column
    int attempts;

    @Column
    int doubts;

    @Column
    Instant plannedAt;

    @Column
    Instant dueAt;

    @Column
    @Nullable
    Instant endedAt;

    @Column
    @Nullable
    String lastFailure;

    SystemMailRow() {}

    static SystemMailRow of(UUID id, SystemMail mail, Instant now) {
        SystemMailRow row = new SystemMailRow();
        row.id = id;
        row.organizationId = mail.organization();
        row.userId = mail.user();
        row.purpose = mail.purpose();
        row.recipient = mail.recipient();
        row.subject = mail.letter().subject();
        row.bodyText = mail.letter().text();
        row.bodyHtml = mail.letter().html();
        row.state = READY;
        row.plannedAt = now;
        row.dueAt = now;
        return row;
    }

    void again(Instant at, @Nullable String failure) {
        state = READY;
        dueAt = at;
        lastFailure = failure;
    }

    void end(String as, Instant now, @Nullable String failure) {
        state = as;
        endedAt = now;
        lastFailure = failure;
        bodyText = "";
        bodyHtml = "";
    }

    Postman.Mail toMail() {
        return new Postman.Mail(id, recipient, subject, bodyText, bodyHtml, plannedAt);
    }

    @Override
    public String toString() {
        return "SystemMailRow[" + id + ", " + state + "]";
    }
}
