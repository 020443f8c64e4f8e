"""Visitors: the people who visit, within a tenant."""
