"""Waiting: who would like a room that is taken, and in which order they are offered it."""
