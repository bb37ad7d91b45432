-- The one way in which entries of the audit log go: the oldest of a batch, as the owner, because the service may not delete any. What is
-- younger than 30 days stays whatever is asked for; row security says so as well, and wants the caller to work across organizations.

create or replace function prune_audit_log(before timestamptz, most integer) returns integer
    language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with gone as (
        delete from audit_log
        where id in (
            select id from audit_log where occurred_at < least(before, now() - interval '30 days') order by occurred_at limit most)
        returning 1)
    select count(*)::integer from gone
$$;

revoke execute on function prune_audit_log(timestamptz, integer) from public;
