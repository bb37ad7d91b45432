-- UIDs below live_from that are live mail all the same: what was new when the server had mixed old and new in renumbering.
alter table mailbox add column live_besides bigint[] not null default '{}';

-- When the whole mailbox was last compared with the server, and how many differences there were that no look had found: 0, if all is well.
alter table mailbox add column reconciled_at timestamptz;
alter table mailbox add column differences bigint not null default 0;
