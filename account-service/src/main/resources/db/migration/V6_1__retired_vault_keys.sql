-- Keys that may be taken out of the key file. A credential that is written while its key is retired would be lost: the trigger and
-- whoever retires a key take the same lock, so that either the key is seen in use or the credential is refused.

create table retired_vault_keys (
    key_id     bigint primary key,
    retired_at timestamptz not null
);

create function refuse_retired_vault_key() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('retired_vault_keys'));
    if exists (select from retired_vault_keys where key_id = new.key_id) then
        raise exception 'vault key % is retired', new.key_id;
    end if;
    return new;
end
$$;

create trigger no_retired_key before insert or update of key_id on credentials
    for each row execute function refuse_retired_vault_key();
