"""Tenants, people and zones as this service knows them."""
