-- A shard is a partition of mailroom.account.events. The epoch grows with each change of its owner: a session that holds an older
-- one can no longer write.
create table shard (
    id        integer     not null primary key,
    epoch     bigint      not null,
    owner     text        not null,
    raised_at timestamptz not null default now()
);

-- The local copy of what account-service says, and how the session with the server is doing.
create table account (
    id                 uuid        not null primary key,
    organization_id    uuid        not null,
    shard              integer     not null,
    revision           bigint      not null,
    removed            boolean     not null default false,
    paused             boolean     not null default false,
    email              text        not null,
    username           text        not null,
    imap_host          text        not null,
    imap_port          integer     not null,
    imap_encryption    text        not null,
    history            text        not null,
    credential_version bigint      not null,
    created_at         timestamptz not null,
    -- sealed by the vault, opened in memory only while a session logs in
    sealed             bytea,
    sealed_version     bigint,
    sealed_username    text,
    state              text        not null default 'connecting',
    state_since        timestamptz not null default now(),
    state_category     text,
    state_detail       text,
    -- counts what was said of the account, so that each status event has an id that a replay repeats
    status_revision    bigint      not null default 0,
    push               text        not null default 'poll',
    import_state       text        not null default 'pending',
    import_done        bigint      not null default 0,
    import_total       bigint      not null default 0,
    import_started_at  timestamptz,
    discovered_at      timestamptz,
    synced_at          timestamptz
);

create index account_shard on account (shard) where not removed;

create table mailbox (
    id              uuid        not null primary key,
    account_id      uuid        not null references account (id) on delete cascade,
    organization_id uuid        not null,
    -- exactly as LIST gave it, because it is what goes back to the server
    raw_name        bytea       not null,
    delimiter       text        not null,
    path            text[]      not null,
    selectable      boolean     not null default true,
    role            text,
    role_source     text,
    pinned          boolean     not null default false,
    revision        bigint      not null default 0,
    -- 0 while the server has not said
    uid_validity    bigint      not null default 0,
    uid_next        bigint      not null default 0,
    highest_modseq  bigint      not null default 0,
    messages        bigint      not null default 0,
    unseen          bigint      not null default 0,
    -- the first UID that counts as live mail; what is below was there before the account was connected
    live_from       bigint      not null default 1,
    import_state    text        not null default 'unplanned',
    import_total    bigint      not null default 0,
    import_done     bigint      not null default 0,
    checked_at      timestamptz,
    missing_since   timestamptz,
    created_at      timestamptz not null default now(),
    unique (account_id, raw_name)
);

create table conversation (
    id               uuid        not null primary key,
    organization_id  uuid        not null,
    subject          text        not null,
    messages         integer     not null default 0,
    last_activity_at timestamptz not null,
    merged_into      uuid,
    created_at       timestamptz not null default now()
);

create index conversation_activity on conversation (organization_id, last_activity_at desc, id) where merged_into is null;

-- Which conversation a Message-ID belongs to, also for messages that were named and not seen yet.
create table conversation_reference (
    organization_id uuid  not null,
    -- sha256 of the Message-ID: headers are written by strangers and may be long
    reference       bytea not null,
    conversation_id uuid  not null,
    primary key (organization_id, reference)
);

create index conversation_reference_conversation on conversation_reference (conversation_id);

create table message (
    id               uuid        not null primary key,
    organization_id  uuid        not null,
    conversation_id  uuid        not null,
    content_key      bytea       not null,
    revision         bigint      not null default 0,
    email_message_id text,
    subject          text        not null,
    from_address     text,
    preview          text        not null,
    body             text        not null,
    -- addresses, references, attachments and the rest, as an event shows them
    content          jsonb       not null,
    delivered_at     timestamptz not null,
    sent_at          timestamptz,
    size_bytes       bigint      not null,
    partially_parsed boolean     not null default false,
    created_at       timestamptz not null default now(),
    unique (organization_id, content_key)
);

create index message_conversation on message (conversation_id, delivered_at, id);
create index message_email_message_id on message (organization_id, email_message_id);

-- Where a message lies: may change with every move, reset and migration.
create table copy (
    mailbox_id    uuid        not null references mailbox (id) on delete cascade,
    uid_validity  bigint      not null,
    uid           bigint      not null,
    account_id    uuid        not null,
    message_id    uuid        not null,
    flags         text[]      not null,
    seen          boolean     not null,
    flagged       boolean     not null,
    modseq        bigint      not null default 0,
    internal_date timestamptz not null,
    created_at    timestamptz not null default now(),
    -- missing on the server since; it becomes a move, a deletion or a false alarm
    vanished_at   timestamptz,
    primary key (mailbox_id, uid_validity, uid)
);

create index copy_message on copy (message_id, account_id);
create index copy_vanished on copy (account_id, vanished_at) where vanished_at is not null;
create index copy_account on copy (account_id, internal_date desc);

-- A message is told to an account once as new, whatever happens to its copies afterwards.
create table sighting (
    account_id uuid        not null references account (id) on delete cascade,
    message_id uuid        not null,
    seen_at    timestamptz not null default now(),
    primary key (account_id, message_id)
);

create table command (
    id                  uuid        not null primary key,
    sequence            bigint      generated always as identity,
    account_id          uuid        not null,
    organization_id     uuid        not null,
    type                text        not null,
    message_id          uuid,
    -- the command as it came, with what is particular to its type
    payload             jsonb       not null,
    -- requested: written by the API, not back from Kafka; planned; sent: the server may have done it; succeeded; failed
    state               text        not null,
    attempts            integer     not null default 0,
    not_before          timestamptz not null default now(),
    -- what was true before the server was asked, to find out afterwards whether it was done
    source_mailbox      uuid,
    source_uid_validity bigint,
    source_uid          bigint,
    target_mailbox      uuid,
    target_uid_validity bigint,
    target_uid_next     bigint,
    result              text,
    reason              text,
    detail              text,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now()
);

create index command_open on command (account_id, sequence) where state in ('planned', 'sent');

create table quarantine (
    id              uuid        not null primary key,
    account_id      uuid        not null references account (id) on delete cascade,
    organization_id uuid        not null,
    mailbox_id      uuid        not null references mailbox (id) on delete cascade,
    uid_validity    bigint      not null,
    uid             bigint      not null,
    reason          text        not null,
    raw             bytea,
    attempts        integer     not null default 1,
    -- open; retrying: asked for by a person; resolved
    state           text        not null default 'open',
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    unique (mailbox_id, uid_validity, uid)
);

create index quarantine_account on quarantine (account_id, created_at, id);
