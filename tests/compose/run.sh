#!/usr/bin/env bash
# The compose stack from nothing, with stand-in images and a foreign OpenID Connect provider; the demo's day on it.
# Needs Debian 12 and root. Leaves nothing running, unless KEEP=1. It has a project, images and volumes of its own, so
# that a park that runs on this machine keeps what is its.
# PLAY=kills kills the containers in turn meanwhile; PLAY=rotating changes all passwords of the services;
# PLAY=restores backs it up and sets one service back instead of playing the day.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bash tests/compose/stand_ins/build.sh
sh deploy/compose/secrets.sh
export COMPOSE="${STAND_INS_DIR:-/var/tmp/parvis-stand-ins}/compose/bin/podman-compose -p parvis-tried --env-file tests/compose/stand_ins.env"
stack() { $COMPOSE --profile idp --profile mail "$@"; }
finish() {
  code=$?
  [ $code = 0 ] || stack logs --tail 40 2>&1 | tail -300
  [ "${KEEP:-}" = 1 ] || stack down -v >/dev/null 2>&1
  exit $code
}
trap finish EXIT
rm -rf .parvis/compose
stack down -v >/dev/null 2>&1 || true # what a run that was cut off has left
stack --podman-build-args=--network=host build access-api visitors-api booking-api # the others are the same images
for service in access visitors booking; do # what these replaced
  podman image prune -f --filter "label=org.opencontainers.image.title=parvis-$service" >/dev/null
done
stack up -d --no-build
PARVIS_OIDC_ISSUER=http://localhost:8081 PARVIS_DAY_PATIENCE_SECONDS=90 .venv/bin/python -m "tests.compose.${PLAY:-foreign}"
