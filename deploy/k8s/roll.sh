#!/bin/sh
# Brings one service to the release that an overlay names: first who may reach whom and what the broker holds, then its
# schema, while the old processes go on, then its processes, one after the other. The other services are left as they are.
#   sh deploy/k8s/roll.sh deploy/k8s/overlays/production booking [NAMESPACE]
set -eu
overlay=$1 service=$2 namespace=${3:-parvis}
ours="app.kubernetes.io/part-of=parvis,app.kubernetes.io/name"

apply() { kubectl apply --kustomize "$overlay" --selector "$ours $1"; }

apply "in (place,network,topology)"
kubectl --namespace "$namespace" delete job "$service-migrate" --ignore-not-found # a Job cannot be changed
apply "in ($service),app.kubernetes.io/component=migrate"
kubectl --namespace "$namespace" wait --for=condition=complete --timeout=600s "job/$service-migrate"
apply "in ($service)"
for component in worker api; do
  kubectl --namespace "$namespace" rollout status --timeout=600s "deployment/$service-$component"
done
