-- Messages whose fetch ended a connection: fetched alone from then on, and given up after some times. Kept here so that a message that
-- makes a replica end does not begin anew with each start. Says nothing of what a message holds and names no organization.
create table fetch_failure (
    mailbox_id   uuid        not null references mailbox (id) on delete cascade,
    uid_validity bigint      not null,
    uid          bigint      not null,
    -- failures of the message fetched alone
    tries        integer     not null,
    failed_at    timestamptz not null default now(),
    primary key (mailbox_id, uid_validity, uid)
);
