"""Ways to run the system: the embedded park, images, compose, Kubernetes.

Rule: services never import from here.
"""
