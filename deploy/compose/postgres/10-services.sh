# One database and one role for each service; nobody connects to another's. Runs once, in an empty server.
for service in access visitors booking; do
  psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
    --set name="$service" --set password="$(cat "/run/secrets/database_$service")" ${PGHOST:+--host "$PGHOST"} <<'EOF'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C';
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
EOF
done
