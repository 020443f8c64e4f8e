"""Booking: who holds which room of the park, and when.

Owns rooms (the spaces they are made of, their hours and closures), bookings, their claims and
participants.
Announces `booking.*`: confirmed, rescheduled, participants_changed, handed_over, checked_in,
ended_early, cancelled; and person_left, once all bookings of a leaver are dealt with.
Reacts to `directory.*` and `premises.*` (its read model; a leaver's bookings are cancelled or
handed over; special days close the rooms that follow them), `access.lockdown_*` and
`access.evacuation_*` (nothing is booked there for now), `access.passage_taken` (checks the booking
in), `visit.*` (where a guest stands).
"""
