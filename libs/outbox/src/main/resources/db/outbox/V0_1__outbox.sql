-- Events that are facts but not yet on Kafka. A row is deleted when all in-sync replicas of Kafka have the record.
create table outbox (
    id         bigint generated always as identity primary key,
    event_id   uuid        not null,
    topic      text        not null,
    key        text        not null,
    headers    jsonb       not null,
    payload    bytea       not null,
    attempts   smallint    not null default 0,
    created_at timestamptz not null default clock_timestamp()
);

-- A queue: many short lives. Vacuum by count of dead rows, not by share of a table that is empty most of the time.
alter table outbox set (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = 50000,
    toast.autovacuum_vacuum_scale_factor = 0,
    toast.autovacuum_vacuum_threshold = 5000
);

-- Events that Kafka refuses whatever happens (larger than the broker takes). Kept for a person to look at:
--   insert into outbox (event_id, topic, key, headers, payload)
--   select event_id, topic, key, headers, payload from outbox_parked where id = ... order by id
create table outbox_parked (
    id         bigint      not null primary key,
    event_id   uuid        not null,
    topic      text        not null,
    key        text        not null,
    headers    jsonb       not null,
    payload    bytea       not null,
    created_at timestamptz not null,
    parked_at  timestamptz not null default clock_timestamp(),
    reason     text        not null
);

-- What a consumer of this database has already taken. Written in the transaction of the effect.
create table inbox (
    consumer    text        not null,
    event_id    uuid        not null,
    received_at timestamptz not null default now(),
    primary key (event_id, consumer)
);

create index inbox_received_at on inbox (received_at);

-- Wakes the relay, but only if it sleeps. A transaction that notifies keeps a lock of the whole server while it waits for
-- the disk, so if every one did, commits would queue one behind the other. Three advisory locks of one space:
--   1  the replica that sends, as long as it lives
--   2  the relay, while it is awake: nobody needs to wake it
--   3  every transaction with new events, shared, until its end: before the relay sleeps it looks whether there is one,
--      because that one may have found it awake and may commit after its last look at the table
-- Once per statement: a bulk insert asks once.
create function outbox_wake() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(1835100524, 3);
    if pg_try_advisory_lock_shared(1835100524, 2) then
        perform pg_advisory_unlock_shared(1835100524, 2);
        perform pg_notify('outbox', '');
    end if;
    return null;
end
$$;

create trigger outbox_wake after insert on outbox for each statement execute function outbox_wake();
