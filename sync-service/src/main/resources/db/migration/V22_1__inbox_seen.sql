-- INBOX as it was when the account was connected: what came later is new mail. Older versions do not write it.
alter table account add column inbox_uid_validity bigint;
alter table account add column inbox_uid_next bigint;
