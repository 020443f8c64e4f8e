"""People who have left the park: what becomes of their bookings, and the answer that it has."""
