"""Visits: one visitor, expected by one host, for one stretch of time."""
