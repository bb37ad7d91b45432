-- While an import runs a table grows by a tenth every few seconds, and is analyzed each time. Of what nobody looks for PostgreSQL would
-- compare thousands of texts and JSON documents with each other: a fifth of all that it did then.
alter table message
    alter column content_key set statistics 0,
    alter column subject set statistics 0,
    alter column from_address set statistics 0,
    alter column preview set statistics 0,
    alter column body set statistics 0,
    alter column content set statistics 0,
    alter column sent_at set statistics 0,
    alter column size_bytes set statistics 0,
    alter column recipients set statistics 0,
    alter column created_at set statistics 0,
    -- 300 rows are read for each of these: 9,000 of them and not 30,000, which lie on as many pages
    alter column id set statistics 30,
    alter column organization_id set statistics 30,
    alter column conversation_id set statistics 30,
    alter column revision set statistics 30,
    alter column email_message_id set statistics 30,
    alter column delivered_at set statistics 30,
    alter column partially_parsed set statistics 30;
alter table message set (autovacuum_analyze_scale_factor = 0.3);

-- The relay reads it by its primary key, from the beginning. It is empty, or new, whenever it is counted.
alter table outbox set (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 2000000000);
