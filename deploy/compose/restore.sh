#!/bin/sh
# Sets one service back to a moment (UTC) while the others go on: restore.sh booking "2026-11-26 08:59:00"
# `restore.sh --try MOMENT` tries whether each of the databases could be set back, and changes nothing.
# docs/operations/restoring.md says what is lost, what this does, and how it is done by hand.
set -eu
cd "$(dirname "$0")/../.."
compose=${COMPOSE:-docker compose}
service=${1:-} moment=${2:-}
say() { printf '\n== %s\n' "$*"; }
inside() { $compose exec -T -u postgres postgres sh "$@" </dev/null; }
told() { $compose exec -T "$1-worker" python -m "services.$1" announce-again </dev/null; }
beside=/etc/parvis/restored.sh
case $service in
  access | visitors | booking) databases=$service ;;
  --try) databases="access visitors booking" ;;
  *) sed -n '2,4s/^# //p' "$0" >&2; exit 2 ;;
esac

# Of two at once one would go on with what the other has brought up: another moment.
taken=deploy/compose/.restoring
mkdir "$taken" || { echo "somebody restores here; if nobody does: rmdir $taken" >&2; exit 1; }
trap 'rmdir "$taken"' EXIT
trap 'exit 130' INT TERM HUP

say "1. As it was at $moment (UTC), beside what is"
inside $beside archived
inside $beside at "$moment"
for database in $databases; do
  inside $beside dump "$database"
  echo "$database is there."
done
inside $beside end
[ "$service" != --try ] || { inside -c 'rm /backups/restored.dump'; exit 0; }

say "2. $service stops, and is set back; the others go on"
$compose stop "$service-api" "$service-worker"
inside /etc/parvis/swap.sh "$service"

say "3. Its schema"
$compose run --rm "$service-migrate"

say "4. It announces again, then serves"
$compose run --rm "$service-worker" announce-again
$compose start "$service-api"

say "5. The others announce again, then it works: first it hears who came meanwhile"
for other in access visitors booking; do
  [ "$other" = "$service" ] || told "$other"
done
$compose start "$service-worker"

say "6. What would end, as its owner tells of it no more"
sh deploy/compose/rebuild.sh --dry-run
say "If that is what you expect: sh deploy/compose/rebuild.sh"
