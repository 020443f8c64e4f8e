"""Utilisation: how much of a month the rooms were booked and used; announces nothing."""
