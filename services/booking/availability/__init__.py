"""Availability: which rooms are free, and when a room is busy; never by whom."""
