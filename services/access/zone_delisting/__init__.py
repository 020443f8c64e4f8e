"""A zone ceases to be a part of the park, once nothing hangs on it any more."""
