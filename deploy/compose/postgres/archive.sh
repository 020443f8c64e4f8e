#!/bin/sh
# PostgreSQL's archive_command: keeps a finished piece of WAL in /wal, whole or not at all.
set -eu
path=$1 kept=${WAL_DIR:-/wal}/$2.gz
if [ -f "$kept" ]; then # told again after a crash; another of that name is another server's
  gzip -dc "$kept" | cmp -s - "$path" && exit 0
  echo "$kept is there already, and is another: do two servers share its folder?" >&2
  exit 1
fi
gzip -c "$path" >"$kept.part"
sync "$kept.part"
mv "$kept.part" "$kept"
