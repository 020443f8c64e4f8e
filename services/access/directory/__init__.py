"""Tenants and people of the park, and the accounts they sign in with."""
