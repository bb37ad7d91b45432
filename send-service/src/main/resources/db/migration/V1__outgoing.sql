-- Outgoing mail from its acceptance by us to its final outcome.

-- What account-service says about accounts, and a sealed copy of the credential. Removed accounts stay as a tombstone with their revision.
create table accounts (
    id                 uuid primary key,
    organization_id    uuid        not null,
    revision           bigint      not null,
    -- null: not said, everybody of the organization may use it
    owner_id           uuid,
    shared             boolean     not null,
    email              text        not null,
    display_name       text        not null,
    addresses          text[]      not null,
    smtp_host          text        not null,
    smtp_port          integer     not null,
    smtp_encryption    text        not null check (smtp_encryption in ('tls', 'starttls')),
    paused             boolean     not null,
    removed            boolean     not null,
    credential_version bigint      not null,
    -- how often the server refused the current credential in a row
    refusals           integer     not null default 0,
    sealed             bytea,
    sealed_version     bigint,
    sealed_username    text
);

create table outgoing (
    id               uuid primary key,
    organization_id  uuid        not null,
    account_id       uuid        not null references accounts (id),
    created_by       uuid,
    idempotency_key  text,
    request_digest   bytea,
    answer           text,
    email_message_id text        not null,
    conversation_id  uuid,
    from_name        text,
    from_address     text        not null,
    envelope_from    text        not null,
    subject          text        not null,
    size_bytes       integer     not null,
    auto_followup    boolean     not null,
    auto_submitted   boolean     not null,
    state            text        not null check (state in ('scheduled', 'queued', 'sending', 'accepted', 'partially_accepted',
                                                           'deferred', 'rejected', 'unknown', 'cancelled', 'bounced')),
    reason           text,
    sent_copy        text check (sent_copy in ('pending', 'appended', 'found_on_server', 'failed', 'off')),
    not_before       timestamptz not null,
    -- null: nothing more is to be tried
    next_attempt_at  timestamptz,
    attempts         integer     not null default 0,
    -- attempts since retry_since that count towards giving up
    retries          integer     not null default 0,
    retry_since      timestamptz,
    -- fencing: raised by every claim; whoever writes with an older one writes nothing
    epoch            bigint      not null default 0,
    claimed_by       uuid,
    lease_until      timestamptz,
    phase            text,
    accepted_at      timestamptz,
    created_at       timestamptz not null,
    updated_at       timestamptz not null
);

create unique index outgoing_idempotency on outgoing (organization_id, idempotency_key) where idempotency_key is not null;
create index outgoing_of_organization on outgoing (organization_id, id);
create index outgoing_due on outgoing (next_attempt_at) where state in ('scheduled', 'queued', 'deferred', 'partially_accepted');
create index outgoing_due_of_account on outgoing (account_id, next_attempt_at) where state in ('scheduled', 'queued', 'deferred', 'partially_accepted');
create index outgoing_unknown on outgoing (id) where state = 'unknown';
create index outgoing_followups on outgoing (conversation_id) where auto_followup and state = 'scheduled';

-- One account sends one message at a time, whatever the number of replicas.
create unique index outgoing_one_at_a_time on outgoing (account_id) where state = 'sending';

-- The bytes that every attempt and the Sent copy use. Apart, so that a list does not read them.
create table outgoing_mime (
    id    uuid primary key references outgoing (id) on delete cascade,
    bytes bytea not null
);
alter table outgoing_mime alter column bytes set storage external;

create table outgoing_recipients (
    id            uuid primary key,
    outgoing_id   uuid     not null references outgoing (id) on delete cascade,
    position      integer  not null,
    kind          text     not null check (kind in ('to', 'cc', 'bcc')),
    name          text,
    address       text     not null,
    state         text     not null check (state in ('pending', 'accepted', 'deferred', 'rejected')),
    reply_code    integer,
    enhanced_code text,
    reply_text    text,
    unique (outgoing_id, position)
);

create table delivery_attempts (
    id            uuid primary key,
    outgoing_id   uuid        not null references outgoing (id) on delete cascade,
    number        integer     not null,
    epoch         bigint      not null,
    phase         text        not null,
    started_at    timestamptz not null,
    finished_at   timestamptz,
    outcome       text,
    reason        text,
    reply_code    integer,
    enhanced_code text,
    reply_text    text,
    unique (outgoing_id, number)
);
