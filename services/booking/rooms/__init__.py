"""Rooms: what can be booked, of which spaces each is made, and what it asks of a booking."""
