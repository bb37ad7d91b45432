-- What an account's session has to know of its failures when it begins anew somewhere else: without it a replica that keeps restarting
-- would try a refused password at each start, and never find out for how long a server has been away. Says nothing of what a mailbox
-- holds and names no organization. An older version of the service neither reads nor writes it.
create table setback (
    account_id     uuid          not null primary key references account (id) on delete cascade,
    -- which log-in the refusals are of: another password or another server begins anew
    login          uuid          not null,
    refused_logins timestamptz[] not null,
    failing_since  timestamptz
);
