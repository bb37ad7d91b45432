-- While the service is being replaced, its older version reads and writes here too. What it does not write is filled in, and what it does
-- not say is taken as it was meant.

-- Its copies have no message_at, its messages no recipients.
create function fill_message_at() returns trigger language plpgsql as $$
begin
    new.message_at := coalesce((select delivered_at from message where id = new.message_id), new.internal_date);
    return new;
end
$$;

create trigger fill_message_at before insert on copy
    for each row when (new.message_at is null) execute function fill_message_at();

create function fill_recipients() returns trigger language plpgsql as $$
begin
    new.recipients := array(
        select distinct lower(r.value ->> 'address')
        from (select value
              from jsonb_array_elements(coalesce(new.content -> 'to', '[]') || coalesce(new.content -> 'cc', '[]')) limit 500) r
        where r.value ->> 'address' is not null);
    return new;
end
$$;

create trigger fill_recipients before insert on message
    for each row when (new.recipients = '{}') execute function fill_recipients();

-- A connection that never had the setting is one of a version that knows none: behind a policy that hid its rows it would take every
-- mailbox for new and give the commands it cannot find to the dead letters. It works for all organizations, as '*' does. The empty text
-- is another matter: a setting that ended with its transaction leaves it behind, and who is left with it sees nothing.
do $$
declare
    name text;
begin
    foreach name in array array['mailbox', 'conversation', 'conversation_reference', 'message', 'command', 'quarantine'] loop
        execute format(
            'alter policy tenant on %I using ((select coalesce(current_setting(''mailroom.organization'', true), ''*'')) = ''*''
                 or organization_id = (select nullif(nullif(current_setting(''mailroom.organization'', true), ''*''), '''')::uuid))',
            name);
    end loop;
end
$$;
