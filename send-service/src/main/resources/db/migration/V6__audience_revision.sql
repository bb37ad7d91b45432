-- The revision of an account that its audience and its aliases are of. Null, as for all of before, or another than the account's revision, as
-- an older version of the service leaves it while it is being replaced: nobody but the owner uses the account until it is told again.
alter table accounts add column audience_revision bigint;

-- What was made up from "shared" says nothing about who they are.
update accounts set audience_everyone = false, audience_users = '{}' where aliases = '[]';
