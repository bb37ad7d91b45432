package dev.mailroom.rules.account;

import dev.mailroom.contracts.AccountState.Audience;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "account")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields of an entity it made itself.
class AccountRow {
    @Id
    UUID id;

    UUID organization;

    @Nullable
    UUID owner;

    boolean shared;
    boolean everyone;
    UUID[] readers = {};
    boolean removed;
    long revision;

    KnownAccount toAccount() {
        return new KnownAccount(id, organization, owner, shared, new Audience(everyone, List.of(readers)), removed);
    }
}
