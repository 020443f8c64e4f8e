"""Heartbeats: by which controllers say that they live, and whose absence makes them silent."""
