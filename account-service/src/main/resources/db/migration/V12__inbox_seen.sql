-- INBOX as the log-in saw it that connected the account, so that what came later is known as new mail. Older versions do not write it.
alter table accounts add column inbox_uid_validity bigint;
alter table accounts add column inbox_uid_next bigint;
