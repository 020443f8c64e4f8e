# One database and one role for each service; nobody connects to another's. Runs once, in an empty server.
for service in access visitors booking; do
  password=$(cat "/run/secrets/database_$service") psql --username "$POSTGRES_USER" --dbname postgres \
    --set ON_ERROR_STOP=1 --set name="$service" ${PGHOST:+--host "$PGHOST"} <<'EOF'
\getenv password password
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C';
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
EOF
done
