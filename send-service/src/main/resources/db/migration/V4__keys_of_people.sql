-- A key is its sender's own: two people of an organization may choose the same one.
drop index outgoing_idempotency;
create unique index outgoing_key_once on outgoing (organization_id, created_by, idempotency_key) where idempotency_key is not null;

