#!/bin/sh
# Makes the secrets of the compose stack: one file each in deploy/compose/secrets, never again overwritten.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
secret() { # NAME: a password of 48 hexadecimal digits
  [ -s "secrets/$1" ] || od -An -tx1 -N24 /dev/urandom | tr -d ' \n' >"secrets/$1"
}
url() { # NAME TEXT: kept once written, as the password in it is
  [ -s "secrets/$1" ] || printf '%s' "$2" >"secrets/$1"
}
secret database_superuser
secret broker_operator
secret broker_monitor
secret grafana_admin
for service in access visitors booking; do
  secret "database_$service"
  secret "broker_$service"
  url "database_url_$service" "postgresql://$service:$(cat "secrets/database_$service")@postgres/$service"
  url "amqp_url_$service" "amqp://$service:$(cat "secrets/broker_$service")@rabbitmq/parvis"
done
# Read by processes with ids of their own inside their containers; the folder itself stays closed.
chmod 700 secrets
chmod 644 secrets/*
