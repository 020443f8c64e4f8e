#!/bin/bash
# Puts the hashes of the users' passwords (from mounted secrets) into the definitions, then starts.
set -euo pipefail
prepared=/tmp/definitions.json
cp /etc/parvis/definitions.json "$prepared"
hashed() { # RabbitMQ's: base64 of a salt of four bytes and SHA-256 of salt and password
  local salt digest hex
  salt=$(od -An -tx1 -N4 /dev/urandom | tr -d ' \n')
  digest=$( (printf '%b' "$(sed 's/../\\x&/g' <<<"$salt")"; cat "$1") | sha256sum | cut -d' ' -f1)
  hex=$salt$digest
  printf '%b' "$(sed 's/../\\x&/g' <<<"$hex")" | base64 -w0
}
for user in access visitors booking operator monitor; do
  sed -i "s|@$user@|$(hashed "/run/secrets/broker_$user")|" "$prepared"
done
chmod 644 "$prepared"
cat >/etc/rabbitmq/conf.d/20-parvis.conf <<EOF
load_definitions = $prepared
default_vhost = parvis
disk_free_limit.absolute = 500MB
vm_memory_high_watermark.relative = 0.6
EOF
exec docker-entrypoint.sh rabbitmq-server
