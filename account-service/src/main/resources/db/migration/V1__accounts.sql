-- Mailboxes that people connected, and what seals them. Every table of a tenant is closed to a transaction that did not say for which
-- organization it works: set_config('mailroom.organization', <uuid>, true), or '*' for work across organizations.

create table organizations (
    id         uuid primary key,
    plan       text        not null check (plan in ('free', 'paid')),
    created_at timestamptz not null
);

create table accounts (
    id                 uuid primary key,
    organization_id    uuid        not null references organizations (id),
    owner_id           uuid        not null,
    revision           bigint      not null check (revision >= 1),
    kind               text        not null check (kind in ('imap', 'exchange')),
    display_name       text        not null,
    email              text        not null,
    username           text        not null,
    imap_host          text        not null,
    imap_port          integer     not null check (imap_port between 1 and 65535),
    imap_encryption    text        not null check (imap_encryption in ('tls', 'starttls')),
    smtp_host          text        not null,
    smtp_port          integer     not null check (smtp_port between 1 and 65535),
    smtp_encryption    text        not null check (smtp_encryption in ('tls', 'starttls')),
    history            text        not null check (history in ('none', '1m', '3m', '6m', '1y', '2y', '3y', '5y', '10y', 'all')),
    sharing_mode       text        not null check (sharing_mode in ('personal', 'shared')),
    sharing_team       uuid,
    sharing_users      uuid[]      not null default '{}',
    sharing_delivery   text check (sharing_delivery in ('inbox', 'team_inbox')),
    sidebar            text        not null check (sidebar in ('pin_all', 'choose')),
    push               text        not null check (push in ('notify', 'idle', 'poll')),
    paused             boolean     not null default false,
    credential_version bigint      not null check (credential_version >= 1),
    state              text        not null,
    state_category     text,
    state_detail       text,
    state_since        timestamptz not null,
    created_at         timestamptz not null,
    updated_at         timestamptz not null,
    check ((sharing_mode = 'shared') = (sharing_delivery is not null)),
    check (sharing_mode = 'shared' or (sharing_team is null and sharing_users = '{}'))
);

-- One mailbox once in an organization, whatever the case in which its host and user name are written.
create unique index accounts_one_mailbox_once on accounts (organization_id, lower(imap_host), lower(username));
create index accounts_of_organization on accounts (organization_id, id);

create table credentials (
    account_id      uuid primary key references accounts (id) on delete cascade,
    organization_id uuid        not null references organizations (id),
    version         bigint      not null check (version >= 1),
    sealed          bytea       not null,
    key_id          bigint      not null,
    updated_at      timestamptz not null
);

create index credentials_by_key on credentials (key_id, account_id);

-- What a client already asked for with the same key. The digest leaves the password out.
create table idempotency_keys (
    organization_id uuid        not null references organizations (id),
    user_id         uuid        not null,
    key             text        not null,
    request_digest  bytea       not null,
    account_id      uuid        not null references accounts (id) on delete cascade,
    created_at      timestamptz not null,
    primary key (organization_id, user_id, key)
);

create index idempotency_keys_by_age on idempotency_keys (created_at);
create index idempotency_keys_of_account on idempotency_keys (account_id);

-- How often a user had a log-in tried within an hour.
create table verify_attempts (
    organization_id uuid        not null,
    user_id         uuid        not null,
    hour            timestamptz not null,
    attempts        integer     not null,
    primary key (organization_id, user_id, hour)
);

create index verify_attempts_by_age on verify_attempts (hour);

create function works_for(organization uuid) returns boolean language sql stable as $$
    select organization::text = current_setting('mailroom.organization', true)
        or current_setting('mailroom.organization', true) = '*'
$$;

do $$
declare
    name text;
begin
    foreach name in array array['accounts', 'credentials', 'idempotency_keys', 'verify_attempts'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy tenant on %I using (works_for(organization_id)) with check (works_for(organization_id))', name);
    end loop;
    execute 'alter table organizations enable row level security';
    execute 'alter table organizations force row level security';
    execute 'create policy tenant on organizations using (works_for(id)) with check (works_for(id))';
end
$$;
