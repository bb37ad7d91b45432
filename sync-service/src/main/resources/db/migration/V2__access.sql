-- Who may read an account: its owner, everyone of the organization, or these. Without an owner and readers nobody reads it.
alter table account add column owner_id uuid;
alter table account add column everyone boolean not null default false;
alter table account add column readers uuid[] not null default '{}';
-- when nothing of a removed account was left
alter table account add column purged_at timestamptz;

create index account_owner on account (organization_id, owner_id) where not removed;
create index account_everyone on account (organization_id) where everyone and not removed;
create index account_readers on account using gin (readers) where not removed;
create index account_to_purge on account (shard) where removed and purged_at is null;

-- An address of an account whose mail others may read, though the account is not shared with them.
create table shared_address (
    account_id      uuid    not null references account (id) on delete cascade,
    organization_id uuid    not null,
    -- lower case
    address         text    not null,
    everyone        boolean not null,
    readers         uuid[]  not null,
    primary key (account_id, address)
);

create index shared_address_everyone on shared_address (organization_id) where everyone;
create index shared_address_readers on shared_address using gin (readers);

-- To and Cc, lower case, the first 500
alter table message add column recipients text[] not null default '{}';

update message set recipients = array(
    select distinct lower(r.value ->> 'address')
    from (select value from jsonb_array_elements(coalesce(content -> 'to', '[]') || coalesce(content -> 'cc', '[]')) limit 500) r
    where r.value ->> 'address' is not null);

-- The delivered_at of its message, so that what is newest in some accounts is read off an index.
alter table copy add column message_at timestamptz;

update copy set message_at = coalesce((select m.delivered_at from message m where m.id = copy.message_id), internal_date);

alter table copy alter column message_at set not null;

drop index copy_account;
create index copy_newest_of_account on copy (account_id, message_at desc, message_id desc) where vanished_at is null;
create index copy_newest_of_mailbox on copy (mailbox_id, message_at desc, message_id desc) where vanished_at is null;
create index message_newest on message (organization_id, delivered_at desc, id desc);
drop index command_open;
create index command_unfinished on command (account_id, sequence) where state in ('requested', 'planned', 'sent');
create index conversation_merged on conversation (merged_into) where merged_into is not null;
