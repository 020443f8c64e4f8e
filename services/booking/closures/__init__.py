"""Closures: those who run the park close rooms for a time, or for good, and say what becomes of
the bookings there.
"""
