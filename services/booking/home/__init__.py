"""Home: all that a phone shows first, in one request."""
