"""Feeds: what changes of one's bookings, told at once to whoever listens."""
