-- messages per second of the run of the import that is going on; null before the first batch
alter table account add column import_rate double precision;
