#!/bin/sh
# In the container of PostgreSQL: `begin` backs the server up, `end DAYS` checks and keeps that, and
# forgets what is older than so many days, with the WAL that only it needs.
set -eu
umask 077
backups=${BACKUPS_DIR:-/backups} wal=${WAL_DIR:-/wal}
part=$backups/unfinished
case $1 in
  begin)
    rm -rf "$part"
    mkdir "$part"
    pg_basebackup -U postgres -D "$part/server" --format=tar --gzip --checkpoint=fast
    ;;
  end)
    days=$2
    pg_verifybackup --quiet --no-parse-wal "$part/server"
    for service in access visitors booking; do
      tar -tf "$part/keys-$service.tar" | grep -q '\.key$' || { echo "No key of $service was read." >&2; exit 1; }
    done
    tar -tf "$part/secrets.tar" | grep -q database_superuser || { echo "No secrets were read." >&2; exit 1; }
    sync
    name=$(date -u +%Y-%m-%dT%H:%M:%SZ) # when it was whole: it leads to any later moment
    mv "$part" "$backups/$name"
    find "$backups" -mindepth 1 -maxdepth 1 -name '20*Z' ! -name "$name" -mtime "+$days" -exec rm -rf {} +
    oldest=$(ls -d "$backups"/20*Z | head -1)
    needed=$(tar -xzOf "$oldest/server/base.tar.gz" backup_label | sed -n 's/^START WAL.*(file \(.*\))$/\1/p')
    pg_archivecleanup -x .gz "$wal" "$needed"
    echo "$name: $(du -sh "$backups/$name" | cut -f1), and $(du -sh "$wal" | cut -f1) of WAL since $(basename "$oldest")"
    ;;
esac
