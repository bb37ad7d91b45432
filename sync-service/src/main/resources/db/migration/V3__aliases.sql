-- The addresses that mail of an account can be from, the default one at position 0.
create table account_alias (
    account_id uuid    not null references account (id) on delete cascade,
    position   integer not null,
    -- lower case
    address    text    not null,
    name       text    not null,
    primary key (account_id, position)
);

create index account_alias_address on account_alias (account_id, address);

insert into account_alias (account_id, position, address, name)
select id, 0, lower(email), '' from account where not removed;
