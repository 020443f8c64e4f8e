"""Booking: who holds which room of the park, and when.

Owns rooms (the spaces they are made of, their hours and closures), bookings with their claims and
participants, series of them, requests that wait for approval, and holds, which keep a room for the
minutes in which somebody makes up their mind, and the list of who waits for a room. Shows a live
feed of what changed for whom.
Announces `booking.*`: confirmed, rescheduled, participants_changed, handed_over, checked_in,
ended_early, released, cancelled; and person_left, once all bookings of a leaver are dealt with.
Holds, requests that nobody has approved, series and closures are announced to nobody.
Reacts to `directory.*` and `premises.*` (its read model; a leaver's bookings are cancelled or
handed over; special days close the rooms that follow them), `access.lockdown_*` and
`access.evacuation_*` (nothing is booked there for now), `access.controller_*` (nobody is missed
behind silent doors), `access.passage_taken` (checks the booking in), `visit.*` (where a guest
stands); and to its own timers (holds that ran out, leavers whose bookings are many).
"""
