"""Series: bookings that recur by a rule of RFC 5545, each of them a booking of its own."""
