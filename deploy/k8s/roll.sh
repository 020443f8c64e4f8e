#!/bin/sh
# Brings one service to the release that an overlay names: its schema first, while the old processes go on, then its
# processes, one after the other. The other services are left as they are.
#   sh deploy/k8s/roll.sh deploy/k8s/overlays/production booking [NAMESPACE]
set -eu
overlay=$1 service=$2 namespace=${3:-parvis}
named="app.kubernetes.io/part-of=parvis,app.kubernetes.io/name"

kubectl apply --kustomize "$overlay" --selector "$named=place" # what is set for the place
kubectl --namespace "$namespace" delete job "$service-migrate" --ignore-not-found # a Job cannot be changed
kubectl apply --kustomize "$overlay" --selector "$named=$service,app.kubernetes.io/component=migrate"
kubectl --namespace "$namespace" wait --for=condition=complete --timeout=600s "job/$service-migrate"
kubectl apply --kustomize "$overlay" --selector "$named=$service"
for component in worker api; do
  kubectl --namespace "$namespace" rollout status --timeout=600s "deployment/$service-$component"
done
