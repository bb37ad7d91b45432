-- Who may use an account, and what may send as which of its addresses.
alter table accounts
    add column audience_everyone boolean not null default false,
    add column audience_users    uuid[]  not null default '{}',
    -- JSON, the default alias first; empty until an event says what there is
    add column aliases           text    not null default '[]';

-- What is known of before says only whether an account is shared.
update accounts set audience_everyone = shared;
alter table accounts alter column shared set default false;
