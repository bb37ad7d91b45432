-- How many mailboxes of the account were told as deleted: one that comes back under its name and UIDVALIDITY gets another id than it had.
alter table account add column if not exists mailboxes_removed bigint not null default 0;
