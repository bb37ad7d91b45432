#!/bin/sh
# Runs once, in an empty PostgreSQL: one database for each service, owned by a role of the same name.
# The passwords come as files, one for each role: $SECRETS/<role>-database-password.
set -eu
secrets=${SECRETS:-/run/secrets}
for role in account sync rules send; do
  password=$(cat "$secrets/$role-database-password")
  psql -v ON_ERROR_STOP=1 -v role="$role" -v password="$password" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE DATABASE :"role" OWNER :"role" ENCODING 'UTF8' TEMPLATE template0;
REVOKE CONNECT ON DATABASE :"role" FROM PUBLIC;
SQL
done
