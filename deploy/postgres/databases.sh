#!/bin/sh
# Runs in an empty PostgreSQL: one database for each service, with a role of the same name that the service works as. It owns the
# database, except for account's, whose owner is account_owner. May run again: what is missing is made, what has another owner moves.
# The passwords come as files, one for each role: $SECRETS/<role>-database-password.
set -eu
secrets=${SECRETS:-/run/secrets}

sql() {
  psql -v ON_ERROR_STOP=1 --quiet --username "${POSTGRES_USER:-postgres}" "$@"
}

role() {
  sql --dbname postgres -v role="$1" -v password="$(cat "$secrets/$1-database-password")" <<'SQL'
SELECT format('CREATE ROLE %I', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
SQL
}

database() {
  sql --dbname postgres -v name="$1" -v owner="$2" <<'SQL'
SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' TEMPLATE template0', :'name', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
SQL
  # The grant comes last: a change of the owner takes the rights of the old one along.
  sql --dbname "$1" -v name="$1" -v owner="$2" <<'SQL'
REASSIGN OWNED BY :"name" TO :"owner";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO :"name";
SQL
}

for role in account_owner account sync rules send; do
  role "$role"
done
database account account_owner
for role in sync rules send; do
  database "$role" "$role"
done
