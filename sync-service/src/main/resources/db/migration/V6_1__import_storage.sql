-- An event stays for milliseconds: to compress it costs more than all else that is done with its row.
alter table outbox alter column payload set storage external;
