#!/bin/sh
# In the container of PostgreSQL: puts what `restored.sh dump` wrote in the place of a database, which stays
# under another name.
set -eu
database=$1 dump=${BACKUPS_DIR:-/backups}/restored.dump
aside=${database}_until_$(date -u +%Y%m%d_%H%M%S)
ask() { psql -U postgres --quiet --set ON_ERROR_STOP=1 --set database="$database" --set aside="$aside"; }
ask <<'EOF'
SELECT FROM pg_stat_activity, pg_terminate_backend(pid) WHERE datname = :'database' \g /dev/null
ALTER DATABASE :"database" RENAME TO :"aside";
EOF
pg_restore -U postgres --create --exit-on-error --dbname postgres "$dump" || {
  ask <<'EOF'
DROP DATABASE IF EXISTS :"database";
ALTER DATABASE :"aside" RENAME TO :"database";
EOF
  echo "It could not be restored; $database is as it was." >&2
  exit 1
}
rm "$dump"
echo "$database is as it was then; what it was until now is the database $aside."
