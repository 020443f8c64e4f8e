"""Agreements: what visitors are asked to accept, and what they have accepted."""
