-- A mailbox by what its host and user name mean, not by how they are written. The service works the key out; rows from before get the same
-- key as far as SQL can tell, and their own spelling where two rows of an organization already are one mailbox.
alter table accounts add column mailbox_key text;

select set_config('mailroom.organization', '*', true);

with named as (
    select id, organization_id, lower(imap_host) as host, lower(username) as username, lower(email) as address,
           lower(regexp_replace(username, '^[^\\]*\\', '')) as bare
    from accounts
), keyed as (
    select id, organization_id, host, username,
           case when bare in (address, regexp_replace(address, '@[^@]*$', '')) then address else username end as meaning
    from named
), counted as (
    select *, count(*) over (partition by organization_id, host, meaning) as rows_of_mailbox from keyed
)
update accounts
set mailbox_key = counted.host || e'\n' || case when counted.rows_of_mailbox = 1 then counted.meaning else counted.username end
from counted
where accounts.id = counted.id;

-- Null only for what an older version of the service writes while it is being replaced; its own index still watches over that.
create unique index accounts_one_mailbox_by_any_name on accounts (organization_id, mailbox_key);
