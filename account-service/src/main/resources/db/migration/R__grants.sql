-- What the service may do: work with rows. Only the owner, who runs these migrations, changes tables and policies. Tables of later migrations
-- follow by default; one that is to have fewer rights takes them back here. The owner's name makes this run again for another owner.
-- Where the service is the owner itself nothing that a migration or the pruning needs is taken from it.

grant usage on schema public to "${service_role}";
grant select, insert, update, delete on all tables in schema public to "${service_role}";
grant usage on all sequences in schema public to "${service_role}";
grant execute on all functions in schema public to "${service_role}";

alter default privileges for role "${flyway:user}" in schema public
    grant select, insert, update, delete on tables to "${service_role}";
alter default privileges for role "${flyway:user}" in schema public
    grant usage on sequences to "${service_role}";
alter default privileges for role "${flyway:user}" in schema public
    grant execute on functions to "${service_role}";

do $$
begin
    if current_user <> '${service_role}' then
        -- Added to and read; what is old goes through prune_audit_log.
        revoke update, delete, truncate on audit_log from "${service_role}";
        revoke all on "${flyway:table}" from "${service_role}";
    else
        revoke update, truncate on audit_log from "${service_role}";
    end if;
end
$$;
