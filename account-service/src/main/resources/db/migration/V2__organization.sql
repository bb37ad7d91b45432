-- People, teams and the plan of an organization, what was asked for with an Idempotency-Key, and accounts whose readers changed.

alter table organizations
    add column name       text,
    add column revision   bigint      not null default 1 check (revision >= 1),
    add column updated_at timestamptz not null default now();
alter table organizations alter column updated_at drop default;

-- The directory. A removed person stays as a row without name and address, so that a revision is never given out twice and a token
-- that is still valid does not write the person down again. The id is the subject of the tokens: the same person may be in two
-- organizations.
create table users (
    organization_id uuid        not null references organizations (id),
    id              uuid        not null,
    revision        bigint      not null check (revision >= 1),
    name            text        not null,
    email           text,
    role            text        not null check (role in ('owner', 'admin', 'member')),
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    removed_at      timestamptz,
    primary key (organization_id, id)
);

create unique index users_one_email_once on users (organization_id, lower(email)) where removed_at is null;

create table teams (
    id                      uuid primary key,
    organization_id         uuid        not null references organizations (id),
    revision                bigint      not null check (revision >= 1),
    name                    text        not null,
    user_reply_behavior     text        not null check (user_reply_behavior in ('assign_user', 'leave_in_team_inbox')),
    received_reply_behavior text        not null check (received_reply_behavior in ('show_in_assignee_inbox', 'show_in_team_inbox')),
    -- JSON as the interface has it: time_zone and spans.
    business_hours          text,
    created_at              timestamptz not null,
    updated_at              timestamptz not null
);

create index teams_of_organization on teams (organization_id, id);

create table team_people (
    team_id         uuid    not null references teams (id) on delete cascade,
    user_id         uuid    not null,
    organization_id uuid    not null,
    observer        boolean not null,
    primary key (team_id, user_id),
    foreign key (organization_id, user_id) references users (organization_id, id)
);

create index team_people_of_user on team_people (organization_id, user_id);

-- What a request with this key was answered. The answer holds no secret, and neither does what the digest is of.
create table request_keys (
    organization_id uuid        not null,
    user_id         uuid        not null,
    endpoint        text        not null,
    key             text        not null,
    request_digest  bytea       not null,
    answer          text,
    created_at      timestamptz not null,
    primary key (organization_id, user_id, endpoint, key)
);

create index request_keys_by_age on request_keys (created_at);

-- Accounts whose readers changed and whose next revision does not say so yet. Written in the transaction of the change, gone in the
-- transaction of the event.
create table audience_changes (
    account_id      uuid primary key references accounts (id) on delete cascade,
    organization_id uuid        not null,
    since           timestamptz not null
);

create index audience_changes_by_age on audience_changes (since);

create index accounts_of_owner on accounts (organization_id, owner_id);
create index accounts_of_team on accounts (organization_id, sharing_team) where sharing_team is not null;

do $$
declare
    name text;
begin
    foreach name in array array['users', 'teams', 'team_people', 'request_keys', 'audience_changes'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy tenant on %I using (works_for(organization_id)) with check (works_for(organization_id))', name);
    end loop;
end
$$;
