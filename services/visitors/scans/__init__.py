"""Scans: whatever the desk holds under its reader, and what is to be done about it."""
