#!/bin/sh
# Replaces a key of a service while everything goes on. The key is in a Secret, which reaches the pods one after the
# other: so it is believed by all before the first one uses it (docs/operations/rotating.md).
#   sh deploy/k8s/rotate-key.sh visitors link add [NAMESPACE]    a new key below the others
#   sh deploy/k8s/rotate-key.sh visitors link use [NAMESPACE]    it comes first; two minutes later, not before
#   sh deploy/k8s/rotate-key.sh visitors link drop [NAMESPACE]   the first one alone is left
set -eu
service=$1 key=$2 step=$3 namespace=${4:-parvis}
umask 077
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM HUP # else some shells leave the folder, and keys in it

stop() {
  echo "$1" >&2
  exit 1
}
kept() { kubectl --namespace "$namespace" get secret "$service-keys" --output "jsonpath={.data.$key\\.$1}" | base64 -d; }
quoted() { printf '"%s"' "$(base64 <"$folder/$1" | tr -d '\n')"; }

kept key | grep . >"$folder/lines" || stop "secret $service-keys holds no $key.key"
kept next >"$folder/next"
next=null
case $step in
  add)
    [ ! -s "$folder/next" ] || stop "a key was added already: use it"
    od -An -tx1 -N32 /dev/urandom | tr -d ' \n' >"$folder/next"
    { cat "$folder/lines" && cat "$folder/next"; } >"$folder/new"
    next=$(quoted next)
    ;;
  use)
    [ -s "$folder/next" ] || stop "no key was added: add one first"
    { cat "$folder/next" && echo && grep -vxF -f "$folder/next" "$folder/lines"; } >"$folder/new"
    ;;
  drop)
    [ ! -s "$folder/next" ] || stop "a key was added and is not in use: use it first"
    head -n 1 "$folder/lines" >"$folder/new"
    ;;
  *) stop "add, use or drop?" ;;
esac
printf '{"data":{"%s.key":%s,"%s.next":%s}}' "$key" "$(quoted new)" "$key" "$next" >"$folder/patch"
kubectl --namespace "$namespace" patch secret "$service-keys" --type merge --patch-file "$folder/patch"
