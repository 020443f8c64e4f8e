"""Decisions: a read at a door, one outcome with one coded reason, and whether the way was taken."""
