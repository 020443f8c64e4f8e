"""Visits that recur: made together, changed from one day on, called off together."""
