#!/bin/sh
# As the public image: `rabbitmq-server` runs as its own user, by /etc/rabbitmq/conf.d, logs to the console.
set -e
chown -R rabbitmq:rabbitmq /var/lib/rabbitmq /var/log/rabbitmq
[ "$1" = rabbitmq-server ] || exec "$@"
export HOME=/var/lib/rabbitmq RABBITMQ_CONFIG_FILES=/etc/rabbitmq/conf.d RABBITMQ_LOGS=-
exec setpriv --reuid rabbitmq --regid rabbitmq --clear-groups /usr/lib/rabbitmq/bin/rabbitmq-server
