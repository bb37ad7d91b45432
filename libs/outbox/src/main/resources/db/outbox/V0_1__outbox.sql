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

create function outbox_wake() returns trigger language plpgsql as $$
begin
    perform pg_notify('outbox', '');
    return null;
end
$$;

-- Once per statement: a bulk insert wakes the relay once, and PostgreSQL folds equal notifications of a transaction.
create trigger outbox_wake after insert on outbox for each statement execute function outbox_wake();
