#!/bin/sh
# The secrets that nobody else makes: the users of the broker, and each service's keys. Overwrites nothing, and adds a
# key that a release wants and that is not there; keep a copy of the keys elsewhere (docs/operations.md says what is
# lost with them).
#   sh deploy/k8s/secrets.sh [NAMESPACE]
set -eu
namespace=${1:-parvis}
umask 077
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM HUP # else some shells leave the folder, and keys in it

random() { od -An -tx1 -N32 /dev/urandom | tr -d ' \n'; }

has() { kubectl --namespace "$namespace" get secret "$1" >/dev/null 2>&1; }

# make NAME: a Secret of the files in the folder, which is empty again afterwards
make() {
  kubectl --namespace "$namespace" create secret generic "$1" --from-file="$folder"
  rm -f "$folder"/*
}

# keys SERVICE KEY...: those of them that its Secret has not
keys() {
  secret=$1-keys
  shift
  if has "$secret"; then
    there=$(kubectl --namespace "$namespace" get secret "$secret" --output 'go-template={{range $key, $_ := .data}}{{$key}} {{end}}')
    for key in "$@"; do
      case " $there " in
        *" $key.key "*) ;;
        *)
          printf '{"stringData":{"%s":"%s"}}' "$key.key" "$(random)" >"$folder/patch"
          kubectl --namespace "$namespace" patch secret "$secret" --patch-file "$folder/patch"
          ;;
      esac
    done
    rm -f "$folder"/*
  else
    for key in "$@"; do random >"$folder/$key.key"; done
    make "$secret"
  fi
}

for service in access visitors booking; do
  if has "$service-broker"; then continue; fi
  password=$(random)
  printf %s "$service" >"$folder/username"
  printf %s "$password" >"$folder/password"
  printf %s "amqp://$service:$password@rabbitmq:5672/parvis" >"$folder/url"
  make "$service-broker"
done

keys access pin
keys visitors pass link seal
keys booking offers
