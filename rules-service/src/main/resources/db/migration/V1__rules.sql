-- Accounts as account-service tells of them. A removed account keeps its row, so that a late event is known to be late.
create table account (
    id           uuid        not null primary key,
    organization uuid        not null,
    owner        uuid,
    shared       boolean     not null,
    removed      boolean     not null,
    revision     bigint      not null
);

-- Addresses that are the organization's own: no rule answers them.
create table account_address (
    id           uuid not null primary key,
    account      uuid not null references account (id) on delete cascade,
    organization uuid not null,
    address      text not null
);

create index account_address_account on account_address (account);
create index account_address_address on account_address (organization, address);

-- One row for each organization, locked by every write of its rules. The version is what a cached set of rules is held against.
create table rule_set (
    organization uuid   not null primary key,
    version      bigint not null
);

create table rule (
    id              uuid        not null primary key,
    organization    uuid        not null,
    scope           text        not null check (scope in ('personal', 'organization')),
    owner           uuid        not null,
    type            text        not null,
    description     text        not null,
    -- The folded description, cut: orders rules of one position as people read them, not as bytes.
    description_key text        collate "C" not null,
    position        integer     not null,
    enabled         boolean     not null,
    stop_processing boolean     not null,
    condition       text        not null check (condition is json object),
    actions         text        not null check (actions is json array),
    version         bigint      not null,
    created_at      timestamptz not null,
    updated_at      timestamptz not null
);

create index rule_order on rule (organization, scope, position, description_key, id);

-- What a rule did, kept for a while. No reference to the rule: its past outlives it.
create table rule_run (
    id              uuid        not null primary key,
    rule            uuid        not null,
    event           uuid        not null,
    organization    uuid        not null,
    account         uuid        not null,
    message         uuid        not null,
    conversation    uuid        not null,
    outcome         text        not null check (outcome in ('ran', 'failed', 'paused')),
    reason          text        not null,
    matched         text        not null check (matched is json array),
    actions         text        not null check (actions is json array),
    duration_micros bigint      not null,
    at              timestamptz not null,
    unique (rule, event)
);

create index rule_run_rule on rule_run (rule, at desc, id desc);
create index rule_run_conversation on rule_run (rule, conversation, at);
create index rule_run_at on rule_run (at);

-- Who was answered by which rule, so that nobody is answered twice in a day.
create table rule_response (
    id           uuid        not null primary key,
    rule         uuid        not null,
    organization uuid        not null,
    account      uuid        not null,
    sender       text        not null,
    sent_at      timestamptz not null
);

create index rule_response_account on rule_response (account, sender, sent_at);
create index rule_response_organization on rule_response (organization, sent_at);
create index rule_response_sent_at on rule_response (sent_at);

-- Requests that created a rule, by the key that the caller gave them.
create table idempotency_key (
    id         uuid        not null primary key,
    request    text        not null,
    rule       uuid        not null,
    created_at timestamptz not null
);

create index idempotency_key_created_at on idempotency_key (created_at);
