"""The embedded park: the whole system in one process, beside a real PostgreSQL from a wheel.

Rule: nothing in this folder is copied into an image. The token issuer lives here and nowhere else.
"""
