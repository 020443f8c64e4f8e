"""When the rules of a zone change: the instants of future bookings are derived anew."""
