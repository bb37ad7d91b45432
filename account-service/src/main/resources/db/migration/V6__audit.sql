-- Who changed what. Rows are only added: the service takes the right to update or to empty the table from itself, and row security lets
-- nobody delete what is younger than a month. What belongs to the installation as a whole has no organization.

create table audit_log (
    id              uuid primary key,
    organization_id uuid,
    occurred_at     timestamptz not null,
    actor_kind      text        not null check (actor_kind in ('user', 'service', 'operator', 'system')),
    actor_id        uuid,
    actor_roles     text[]      not null default '{}',
    action          text        not null check (action ~ '^[a-z_]+(\.[a-z_]+)+$'),
    subject_type    text        not null check (subject_type ~ '^[a-z_]+$'),
    subject_id      uuid,
    changes         jsonb       not null default '[]',
    request_id      text
);

create index audit_log_of_organization on audit_log (organization_id, id);
create index audit_log_of_subject on audit_log (organization_id, subject_id, id);
create index audit_log_by_age on audit_log (occurred_at);

alter table audit_log enable row level security;
alter table audit_log force row level security;
create policy read on audit_log for select using (works_for(organization_id));
create policy append on audit_log for insert with check (works_for(organization_id));
create policy prune on audit_log for delete
    using (current_setting('mailroom.organization', true) = '*' and occurred_at < now() - interval '30 days');

revoke update, truncate on audit_log from current_user;
