"""When the rules of a zone change: the instants of visits still to come are derived anew."""
