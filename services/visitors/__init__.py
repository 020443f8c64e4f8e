"""Visitors: who is expected by whom, with which pass, and who is told.

Owns visits, the people who visit, their passes, the tenants' visit policies, and the notices
(mails) about all that, with what their readers answer by the links in them.
Announces whatever becomes of a visit that others have heard of (`shared.events.visits.VISITS`);
and `visit.person_left`, once all visits to a leaver are dealt with.
Reacts to the directory and the zones (its own read model; a leaver's visits go to the successor or
to the desk), to bookings (their outside guests become visits) and to passages at doors (arriving,
leaving).
"""
