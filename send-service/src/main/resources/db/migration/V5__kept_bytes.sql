-- Since when the Sent folder is known to have a message: its bytes are kept here for a while longer.
alter table outgoing_mime add column copied_at timestamptz;

update outgoing_mime m set copied_at = o.updated_at
from outgoing o where o.id = m.id and o.sent_copy in ('appended', 'found_on_server');

create index outgoing_mime_copied on outgoing_mime (copied_at) where copied_at is not null;

-- Few at a time: what arrives is compared with them.
create index outgoing_unknown_message on outgoing (organization_id, email_message_id) where state = 'unknown';
