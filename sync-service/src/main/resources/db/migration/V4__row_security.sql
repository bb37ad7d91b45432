-- What the setting mailroom.organization of a transaction allows: one organization's rows, or all of them with '*', as the sessions with
-- the mail servers need. Without it there are no rows at all, also for the owner of the tables. The setting is compared once for a
-- statement, not once for a row.
-- Not here: account and shared_address, which decide what a viewer may read and are looked up by indexes that row security would shut
-- out; copy and sighting, which hold no content and name no organization.
do $$
declare
    name text;
begin
    foreach name in array array['mailbox', 'conversation', 'conversation_reference', 'message', 'command', 'quarantine'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format(
            'create policy tenant on %I using ((select current_setting(''mailroom.organization'', true)) = ''*''
                 or organization_id = (select nullif(nullif(current_setting(''mailroom.organization'', true), ''*''), '''')::uuid))',
            name);
    end loop;
end
$$;
