#!/bin/sh
# A backup of all that cannot be made anew, in the volume `backups`: once a night is meant.
# The databases, the services' keys, the passwords; whoever can read it has everything.
# Kept for PARVIS_BACKUP_DAYS (14), with the WAL that leads from it to any later moment.
set -eu
cd "$(dirname "$0")/../.."
compose=${COMPOSE:-docker compose}
inside() { $compose exec -T -u postgres postgres "$@"; }
keep() { inside sh -c "umask 077; cat >/backups/unfinished/$1.tar"; }
inside sh /etc/parvis/backup.sh begin
for service in access visitors booking; do
  $compose exec -T "$service-worker" tar -C /keys -cf - . | keep "keys-$service"
done
tar -C deploy/compose -cf - secrets | keep secrets
inside sh /etc/parvis/backup.sh end "${PARVIS_BACKUP_DAYS:-14}" </dev/null
