-- How often log-ins to a mailbox were caused within an hour, whoever caused them. The mailbox is a digest of its host and user name.
create table mailbox_attempts (
    organization_id uuid        not null,
    mailbox         uuid        not null,
    hour            timestamptz not null,
    attempts        integer     not null,
    primary key (organization_id, mailbox, hour)
);

create index mailbox_attempts_by_age on mailbox_attempts (hour);

alter table mailbox_attempts enable row level security;
alter table mailbox_attempts force row level security;
create policy tenant on mailbox_attempts using (works_for(organization_id)) with check (works_for(organization_id));
