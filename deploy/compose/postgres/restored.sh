#!/bin/sh
# In the container of PostgreSQL: `archived` has all WAL until now kept; `at MOMENT` has a server
# beside it that holds everything as it was then; `dump DATABASE` writes one of its databases out;
# `end` is the end of it.
set -eu
umask 077
backups=${BACKUPS_DIR:-/backups} wal=${WAL_DIR:-/wal}
beside=$backups/restored
case $1 in
  archived)
    psql -U postgres --quiet -c 'SELECT pg_current_xact_id()' >/dev/null # recovery must see an end
    piece=$(psql -U postgres -tAc 'SELECT pg_walfile_name(pg_switch_wal())')
    tries=0
    until [ -f "$wal/$piece.gz" ]; do
      tries=$((tries + 1))
      [ $tries -lt 60 ] || { echo "PostgreSQL does not archive $piece: see its log." >&2; exit 1; }
      sleep 1
    done
    ;;
  at)
    moment=$(date -u -d "$2" +%Y-%m-%dT%H:%M:%SZ)
    for each in "$backups"/20*Z; do
      name=$(basename "$each")
      [ -e "$each" ] && ! [ "$name" \> "$moment" ] && backup=$name
    done
    [ -n "${backup:-}" ] || { echo "No backup is older than $moment." >&2; exit 1; }
    echo "From the backup $backup, on to $moment."
    rm -rf "$beside"
    mkdir "$beside"
    tar -xzf "$backups/$backup/server/base.tar.gz" -C "$beside"
    tar -xzf "$backups/$backup/server/pg_wal.tar.gz" -C "$beside/pg_wal"
    touch "$beside/recovery.signal"
    cat >>"$beside/postgresql.auto.conf" <<EOF
listen_addresses = ''
unix_socket_directories = '$beside'
hot_standby = off
archive_mode = off
restore_command = 'gzip -dc $wal/%f.gz >%p 2>/dev/null'
recovery_target_time = '${moment%Z}+00'
recovery_target_action = promote
EOF
    pg_ctl -D "$beside" -l "$beside/log" --no-wait start >/dev/null
    until psql --host "$beside" -U postgres -c 'SELECT' >/dev/null 2>&1; do
      sleep 1
      pg_ctl -D "$beside" status >/dev/null || {
        grep -E 'last completed|ERROR|FATAL' "$beside/log" | grep -v 'database system is' >&2
        exit 1
      }
    done
    grep -E 'recovery stopping|last completed transaction' "$beside/log" | sed 's/.*LOG: *//'
    ;;
  dump)
    pg_dump --host "$beside" -U postgres --format=custom --create --file "$backups/restored.dump" "$2"
    ;;
  end)
    pg_ctl -D "$beside" --mode=immediate stop >/dev/null
    rm -rf "$beside"
    ;;
esac
