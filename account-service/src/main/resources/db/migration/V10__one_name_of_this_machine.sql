-- localhost, 127.0.0.1 and ::1 are one host. Rows that already are two accounts of one mailbox stay as they are written, as with V7; so do
-- those that an older version of the service writes while it is being replaced.
select set_config('mailroom.organization', '*', true);

with renamed as (
    select id, organization_id, mailbox_key, 'localhost' || substr(mailbox_key, strpos(mailbox_key, e'\n')) as key
    from accounts
    where imap_host in ('127.0.0.1', '::1') or imap_host like '%.localhost'
), counted as (
    select *, count(*) over (partition by organization_id, key) as rows_of_mailbox from renamed
)
update accounts
set mailbox_key = counted.key
from counted
where accounts.id = counted.id and counted.rows_of_mailbox = 1
  and not exists (select 1 from accounts other where other.organization_id = counted.organization_id and other.mailbox_key = counted.key);
