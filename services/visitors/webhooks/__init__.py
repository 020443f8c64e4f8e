"""Webhooks: a tenant's own systems are told what becomes of its visits."""
