#!/bin/sh
# Changes the password of one service at the database or the broker, while everything runs:
#   sh deploy/compose/rotate.sh database access
#   sh deploy/compose/rotate.sh broker booking
# Whatever interrupts it, run it again: files hold what is right at each moment, and older lines until the end.
set -eu
cd "$(dirname "$0")/../.."
compose=${COMPOSE:-docker compose}
server=${1:-} service=${2:-}
case "$server/$service" in
database/access | database/visitors | database/booking) setting=database_url ;;
broker/access | broker/visitors | broker/booking) setting=amqp_url ;;
*) echo "usage: sh deploy/compose/rotate.sh database|broker access|visitors|booking" >&2; exit 2 ;;
esac
password_file=deploy/compose/secrets/${server}_$service
file=deploy/compose/secrets/${setting}_$service
[ -s "$file" ] || { echo "$file is missing: sh deploy/compose/secrets.sh makes it" >&2; exit 1; }

# Of two at once the second would take out the line that the first one's password needs.
taken=deploy/compose/.rotating
mkdir "$taken" || { echo "somebody changes a password here; if nobody does: rmdir $taken" >&2; exit 1; }
trap 'rmdir "$taken"' EXIT
trap 'exit 130' INT TERM HUP

new=$(od -An -tx1 -N24 /dev/urandom | tr -d ' \n')
before=$(cat "$file")
line=$(printf '%s\n' "$before" | sed -n "1s|//[^/]*@|//$service:$new@|p")
[ -n "$line" ] || { echo "$file holds no address with a user in it" >&2; exit 1; }

# Written in place, as the file itself is mounted: one that takes its place would not be seen inside.
printf '%s\n%s\n' "$line" "$before" >"$file"
echo "1. $file holds the new line above the old one"

# From here on a broker that starts reads the new one; its services know it already.
printf %s "$new" >"$password_file"
if [ "$server" = database ]; then
  $compose exec -T postgres psql -qX -h /var/run/postgresql -U postgres -d postgres -v ON_ERROR_STOP=1 <<SQL
SET log_statement = 'none';
SET log_min_duration_statement = -1;
ALTER ROLE "$service" PASSWORD '$new';
SQL
else
  printf '%s\n' "$new" | $compose exec -T rabbitmq rabbitmqctl --quiet change_password "$service"
fi
echo "2. $server knows the new password of $service"

# The service's own eyes: it says so only where it was let in by the first line.
found=$($compose exec -T "$service-worker" python -m "services.$service" doctor || true)
case $found in
*"parvis_$setting still holds old lines"*) ;;
*)
  printf '%s\n' "$found" >&2
  echo "$service is not let in by the new line: nothing was taken out of $file. Mend what is said above, run this again." >&2
  exit 1
  ;;
esac
printf '%s\n' "$line" >"$file"
echo "3. the old line is out of $file; what was opened with it stays open until it ends (docs/operations/rotating.md)"
