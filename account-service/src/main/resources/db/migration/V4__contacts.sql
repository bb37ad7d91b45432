-- The people an organization writes to. They come by hand or from a file; no mail server gives them.

create table contacts (
    id              uuid primary key,
    organization_id uuid        not null references organizations (id),
    name            text        not null,
    first_name      text        not null,
    last_name       text        not null,
    emails          text[]      not null,
    phones          text[]      not null,
    company         text        not null,
    job_title       text        not null,
    notes           text        not null,
    -- What lists are ordered and searched by, folded; bytes compare, so that a prefix is a range (and stays one behind row security).
    sort_key        text collate "C" not null,
    family_key      text collate "C" not null,
    -- The import that made it: a later row of the same file with the same address is found by it.
    import_id       uuid,
    created_by      uuid        not null,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    check (cardinality(emails) <= 20 and cardinality(phones) <= 20)
);

create index contacts_in_order on contacts (organization_id, sort_key, id);
create index contacts_by_family on contacts (organization_id, family_key, id);

-- Who has an address, in the form in which addresses are compared. An imported contact without any has '#' and a digest of what it has,
-- so that the same file does not bring it again.
create table contact_addresses (
    organization_id uuid             not null,
    address         text collate "C" not null,
    contact_id      uuid             not null references contacts (id) on delete cascade,
    primary key (organization_id, address)
);

create index contact_addresses_of_contact on contact_addresses (contact_id);

-- Progress is written in the transaction of the rows it counts: a repeat goes on behind the last row that was committed.
create table contact_imports (
    id                 uuid primary key,
    organization_id    uuid        not null references organizations (id),
    user_id            uuid        not null,
    idempotency_key    text,
    -- Of the file and everything that decides how it is read.
    digest             bytea       not null,
    -- Grows with each taking over; who has an older number may write no more.
    attempt            integer     not null check (attempt >= 1),
    done               boolean     not null default false,
    records_total      integer     not null,
    records_done       integer     not null default 0,
    imported           integer     not null default 0,
    updated            integer     not null default 0,
    skipped            integer     not null default 0,
    -- Of those skipped: for another row of the file.
    duplicates_in_file integer     not null default 0,
    failed             integer     not null default 0,
    -- JSON: line, column and message of what was wrong with the first rows that failed.
    errors             text        not null default '[]',
    started_at         timestamptz not null,
    progress_at        timestamptz not null,
    finished_at        timestamptz
);

create unique index contact_imports_one_key_once on contact_imports (organization_id, user_id, idempotency_key)
    where idempotency_key is not null;
create unique index contact_imports_one_file_at_a_time on contact_imports (organization_id, digest) where not done;
create index contact_imports_by_age on contact_imports (started_at);
create index contact_imports_of_organization on contact_imports (organization_id, id);

do $$
declare
    name text;
begin
    foreach name in array array['contacts', 'contact_addresses', 'contact_imports'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy tenant on %I using (works_for(organization_id)) with check (works_for(organization_id))', name);
    end loop;
end
$$;
