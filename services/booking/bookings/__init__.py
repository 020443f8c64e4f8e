"""Bookings: who holds which room, and when. One door in the code claims spaces: `store.claims`."""
