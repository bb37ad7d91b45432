package dev.mailroom.account.alias;

import dev.mailroom.account.audit.AuditEntry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the audit log says about aliases. Of a signature only that it was changed. */
final class AliasAudit {
    private static final String ALIAS = "alias";

    private AliasAudit() {}

    /** What an alias was, to be compared with what it became. */
    record Before(
            String address,
            String name,
            @Nullable String description,
            @Nullable String signature,
            boolean isDefault,
            Senders senders,
            Readers readers) {
        static Before of(AliasRow row) {
            return new Before(
                    row.address, row.name, row.description, row.signature, row.isDefault, row.senders(), row.readers());
        }
    }

    static AuditEntry added(AliasRow row) {
        AuditEntry entry = of("alias.added", row)
                .field("account", null, row.accountId)
                .field("address", null, row.address)
                .field("name", null, row.name)
                .field("description", null, row.description)
                .field("is_default", null, row.isDefault)
                .field("senders", null, text(row.senders()))
                .field("readers", null, text(row.readers()));
        return row.signature == null ? entry : entry.hidden("signature");
    }

    static AuditEntry changed(Before before, AliasRow row) {
        AuditEntry entry = of("alias.changed", row)
                .field("address", before.address(), row.address)
                .field("name", before.name(), row.name)
                .field("description", before.description(), row.description)
                .field("is_default", before.isDefault(), row.isDefault)
                .field("senders", text(before.senders()), text(row.senders()))
                .field("readers", text(before.readers()), text(row.readers()));
        return Objects.equals(before.signature(), row.signature) ? entry : entry.hidden("signature");
    }

    static AuditEntry removed(AliasRow row) {
        return of("alias.removed", row)
                .field("account", row.accountId, null)
                .field("address", row.address, null)
                .field("name", row.name, null);
    }

    /** The address agreed to being shared. */
    static AuditEntry confirmed(AliasRow row) {
        return of("alias.address_confirmed", row).field("address", null, row.address);
    }

    /** A person's own name or signature. */
    static AuditEntry ownWords(AliasRow row) {
        return of("alias.own_words_set", row).hidden("name").hidden("signature");
    }

    private static AuditEntry of(String action, AliasRow row) {
        return AuditEntry.of(action, ALIAS, row.id);
    }

    private static String text(Senders senders) {
        return senders.users().isEmpty() ? senders.mode() : senders.mode() + senders.users();
    }

    private static String text(Readers readers) {
        if (readers.isNobody()) {
            return "nobody";
        }
        if (readers.everyone()) {
            return readers.mode();
        }
        return readers.mode() + (readers.team() == null ? readers.users() : readers.team());
    }
}
