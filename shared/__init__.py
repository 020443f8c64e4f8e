"""What the three services have in common, and nothing that belongs to one of them.

Events (the only way they speak), messaging (how what is said gets there), and the plain ground of a
service: database, errors, web, identity, clock, log, telemetry. It imports no service.
"""
