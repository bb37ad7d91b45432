-- A row of up to a page stays in one piece and is not compressed: compressing it and cutting it in pieces of 2 KiB costs as much as all else
-- that is done with it. An event is gone after milliseconds anyway.
alter table message set (toast_tuple_target = 8160);
alter table outbox set (toast_tuple_target = 8160);

-- The id of a message follows from its organization and content_key, so the primary key says the same.
alter table message drop constraint message_organization_id_content_key_key;

-- No account is ever deleted, and the service deletes the sightings of a removed one itself: the check of each row found nothing.
alter table sighting drop constraint sighting_account_id_fkey;
