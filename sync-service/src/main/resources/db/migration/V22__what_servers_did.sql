-- What a server did when a message was fetched, for those who look into the quarantine. Older versions write neither.
alter table fetch_failure add column said text;
alter table quarantine add column detail text;
