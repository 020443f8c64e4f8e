"""Search: the visits that a reception means by a few letters."""
