"""Claims: which space is held, from when to when, for which booking. The one door to a space."""
