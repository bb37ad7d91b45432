-- What a mailbox was needed for, and there was none and none could be made: somebody has to say which it is.
alter table account add column missing_roles text[] not null default '{}';
