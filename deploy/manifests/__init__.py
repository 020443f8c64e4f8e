"""The manifests of Kubernetes: what of them is written by us, and whether all of them hold.

One rule: an overlay that `python -m deploy.manifests check` does not complain of is one that a
cluster takes; what only a running cluster can say is in docs/kubernetes.md.
"""
