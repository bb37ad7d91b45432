-- When something is to be appended again to a mailbox that was full; null while it has room. An older version does not look, and is refused.
alter table account add column append_after timestamptz;
