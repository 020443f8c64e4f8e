"""Badges: what a visitor wears, printed at the desk by the tenant's template."""
