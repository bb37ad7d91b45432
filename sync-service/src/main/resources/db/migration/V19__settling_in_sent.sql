-- Whether a copy in the mailbox of sent mail came while the message waited: nothing was told of it. One that was there before was told as
-- sent. An older version does not ask: it forgets the message if that is the only copy left.
alter table settling add column in_sent boolean not null default false;
