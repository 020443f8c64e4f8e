#!/bin/sh
# All that the services keep of each other becomes what its owners tell: after a restore.
# `--dry-run` says what would end.
set -eu
cd "$(dirname "$0")/../.."
compose=${COMPOSE:-docker compose}
for service in access visitors booking; do
  echo "$service:"
  $compose exec -T "$service-worker" python -m "services.$service" rebuild "$@" </dev/null
done
