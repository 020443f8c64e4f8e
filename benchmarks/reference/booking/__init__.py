"""The rooms of the reference park and a year of bookings, from a seed.

`python -m benchmarks.reference.booking postgresql://… --bookings 5000` puts them into a migrated,
empty database of booking.
"""
