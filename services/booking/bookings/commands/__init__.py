"""What people do with bookings: make them, change them, invite to them."""
