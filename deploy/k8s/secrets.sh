#!/bin/sh
# The secrets that nobody else makes: the users of the broker, and each service's keys. Overwrites nothing; keep a
# copy of the keys elsewhere (docs/operations.md says what is lost with them).
#   sh deploy/k8s/secrets.sh [NAMESPACE]
set -eu
namespace=${1:-parvis}
umask 077
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

random() { od -An -tx1 -N32 /dev/urandom | tr -d ' \n'; }

# make NAME: a Secret of the files in the folder, which is empty again afterwards
make() {
  if kubectl --namespace "$namespace" get secret "$1" >/dev/null 2>&1; then
    echo "secret $1 is there" >&2
  else
    kubectl --namespace "$namespace" create secret generic "$1" --from-file="$folder"
  fi
  rm -f "$folder"/*
}

for service in access visitors booking; do
  password=$(random)
  printf %s "$service" >"$folder/username"
  printf %s "$password" >"$folder/password"
  printf %s "amqp://$service:$password@rabbitmq:5672/parvis" >"$folder/url"
  make "$service-broker"
done

random >"$folder/pin.key"
make access-keys
for key in pass link seal; do random >"$folder/$key.key"; done
make visitors-keys
random >"$folder/offers.key"
make booking-keys
