-- The addresses that mail of an account is sent from, each with a name and a signature. An account has exactly one default.
-- Who may send as an alias and who may read the mail that is addressed to it is kept as it was said; events carry it resolved.
create table aliases (
    id               uuid primary key,
    organization_id  uuid        not null references organizations (id),
    account_id       uuid        not null references accounts (id) on delete cascade,
    -- domain in lower case and as A-labels
    address          text        not null,
    name             text        not null,
    description      text,
    signature        text,
    signature_format text        not null check (signature_format in ('text', 'html')),
    is_default       boolean     not null,
    -- sharing: whoever the account is shared with
    senders_mode     text        not null check (senders_mode in ('sharing', 'everyone', 'users')),
    senders_users    uuid[]      not null default '{}',
    readers_mode     text        not null check (readers_mode in ('everyone', 'team', 'users')),
    readers_team     uuid,
    readers_users    uuid[]      not null default '{}',
    -- when somebody who reads mail at the address agreed to sharing it; until then its readers are nobody
    confirmed_at     timestamptz,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    check (senders_mode = 'users' or senders_users = '{}'),
    check ((readers_mode = 'team') = (readers_team is not null)),
    check (readers_mode = 'users' or readers_users = '{}')
);

create index aliases_of_account on aliases (account_id, id);
create unique index aliases_one_default on aliases (account_id) where is_default;
create index aliases_of_team on aliases (readers_team) where readers_team is not null;

-- What a person set for themselves on an alias; null: as the alias has it.
create table alias_overrides (
    alias_id         uuid        not null references aliases (id) on delete cascade,
    user_id          uuid        not null,
    organization_id  uuid        not null references organizations (id),
    name             text,
    signature        text,
    signature_format text check (signature_format in ('text', 'html')),
    updated_at       timestamptz not null,
    primary key (alias_id, user_id),
    check (name is not null or signature is not null),
    check ((signature is null) = (signature_format is null))
);

-- Links that were mailed to an address to learn whether its reader agrees to sharing it. Of the token there is only a digest.
create table address_proofs (
    token_digest    bytea primary key,
    organization_id uuid        not null references organizations (id),
    account_id      uuid        not null references accounts (id) on delete cascade,
    alias_id        uuid        not null references aliases (id) on delete cascade,
    address         text        not null,
    asked_by        uuid        not null,
    created_at      timestamptz not null,
    expires_at      timestamptz not null,
    used_at         timestamptz
);

create index address_proofs_of_account on address_proofs (account_id, created_at);
create index address_proofs_of_alias on address_proofs (alias_id, created_at);

do $$
declare
    name text;
begin
    foreach name in array array['aliases', 'alias_overrides', 'address_proofs'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy tenant on %I using (works_for(organization_id)) with check (works_for(organization_id))', name);
    end loop;
end
$$;

-- Accounts of before have one address: their own. Their next event carries it.
select set_config('mailroom.organization', '*', true);

insert into aliases (id, organization_id, account_id, address, name, signature_format, is_default, senders_mode, readers_mode,
                     created_at, updated_at)
select gen_random_uuid(), organization_id, id,
       substring(email from '^.*@') || lower(substring(email from '[^@]*$')),
       display_name, 'text', true, 'sharing', 'users', created_at, created_at
from accounts
where email like '%@%';
