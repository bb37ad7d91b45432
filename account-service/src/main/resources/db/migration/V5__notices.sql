-- What the owner of an account is told about its state, and the mails that the service itself sends.

-- One mail over SMTP. Its words go when it is over: they may hold a link that lets somebody in.
create table system_mails (
    id              uuid primary key,
    organization_id uuid        not null references organizations (id),
    user_id         uuid,
    purpose         text        not null,
    recipient       text        not null,
    subject         text        not null,
    body_text       text        not null,
    body_html       text        not null,
    state           text        not null check (state in ('ready', 'sending', 'sent', 'uncertain', 'failed')),
    attempts        integer     not null,
    -- Attempts of which nobody knows whether they were a success.
    doubts          integer     not null,
    planned_at      timestamptz not null,
    -- Of a mail that is ready: not before. Of one that is being sent: when its sender counts as dead.
    due_at          timestamptz not null,
    ended_at        timestamptz,
    last_failure    text
);

create index system_mails_to_send on system_mails (due_at) where state in ('ready', 'sending');
create index system_mails_of_user on system_mails (user_id, planned_at);
create index system_mails_to on system_mails (recipient, planned_at);
create index system_mails_ended on system_mails (ended_at);

-- One change of an account that its owner is to hear of.
create table notices (
    id              uuid primary key,
    organization_id uuid        not null references organizations (id),
    account_id      uuid        not null references accounts (id) on delete cascade,
    owner_id        uuid        not null,
    kind            text        not null check (kind in ('problem', 'recovered')),
    account_state   text        not null,
    category        text,
    since           timestamptz not null,
    status          text        not null check (status in ('planned', 'mailed', 'unmailed', 'overtaken')),
    reason          text,
    planned_at      timestamptz not null,
    due_at          timestamptz not null,
    ended_at        timestamptz,
    mail_id         uuid references system_mails (id) on delete set null
);

create unique index notices_one_planned on notices (account_id, kind) where status = 'planned';
create index notices_due on notices (due_at) where status = 'planned';
create index notices_of_account on notices (account_id, planned_at);
create index notices_of_mail on notices (mail_id);

-- What is left of the right to send, over all replicas.
create table mail_bucket (
    only_one   boolean primary key default true check (only_one),
    tokens     double precision not null,
    counted_at timestamptz      not null
);

do $$
declare
    name text;
begin
    foreach name in array array['system_mails', 'notices'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy tenant on %I using (works_for(organization_id)) with check (works_for(organization_id))', name);
    end loop;
end
$$;

-- Whether the owner heard of the trouble an account has: planned, mailed, not_mailed; null where there is nothing to hear of.
create function owner_notice(account uuid) returns text language sql stable as $$
    select case
               when n.kind = 'recovered' and n.status <> 'planned' then null
               when n.status = 'unmailed' then 'not_mailed'
               when n.status = 'planned' and n.kind = 'problem' then 'planned'
               when m.state in ('ready', 'sending') then 'planned'
               when m.state = 'failed' then 'not_mailed'
               else 'mailed'
           end
    from notices n left join system_mails m on m.id = n.mail_id
    where n.account_id = account and n.status <> 'overtaken' and not (n.kind = 'recovered' and n.status = 'planned')
    order by n.planned_at desc, n.id desc
    limit 1
$$;
