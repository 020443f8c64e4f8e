"""Bookings: who holds which room, and when."""
