#!/bin/sh
# Gives PostgreSQL the volumes that it keeps WAL and backups in, then starts it as the image does.
set -eu
chown postgres:postgres /wal /backups
exec docker-entrypoint.sh "$@"
