-- Messages that came to INBOX and are not told yet, because the provider may still file them elsewhere. A row goes with the transaction
-- that tells of its message, or with its account. Holds no content and names no organization, like sighting, which has the message already:
-- an older version takes it for told, and tells of what becomes of it.
create table settling (
    account_id uuid        not null,
    message_id uuid        not null,
    -- those that are due at the same moment are told in the order in which they came
    sequence   bigint      generated always as identity,
    settles_at timestamptz not null,
    primary key (account_id, message_id)
);

create index settling_due on settling (account_id, settles_at, sequence);

-- When the provider was last seen to move mail that had just come to INBOX; null if it never was.
alter table account add column provider_files_at timestamptz;
