-- Who has the second connection of an account to its server: one replica at a time, for an import or for a reader. A row whose time is over
-- is nobody's. An older version of the service does not ask; while it runs beside this one an account may have one connection more.
create table second_connection (
    account_id   uuid        not null primary key references account (id) on delete cascade,
    holder       uuid        not null,
    held_until   timestamptz not null,
    -- until then a reader waits for it: an import gives it up, and does not take it
    wanted_until timestamptz not null default '-infinity'
);
