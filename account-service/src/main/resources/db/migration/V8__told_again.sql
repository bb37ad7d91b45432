-- The revision whose event said who may read the account and which addresses it has. Null, as for all accounts of before, or another than
-- the account's revision, as an older version of the service leaves it while it is being replaced: the account is told again.
alter table accounts add column told_revision bigint;

create index accounts_untold on accounts (id) where told_revision is distinct from revision;

-- An older version of the service does not write it.
alter table organizations alter column updated_at set default now();
