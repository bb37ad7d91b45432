package dev.mailroom.rules.account;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

@Entity
@Table(name = "account_address")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields of an entity it made itself.
class AddressRow {
    @Id
    UUID id;

    UUID account;
    UUID organization;
    String address;
}
