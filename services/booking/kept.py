"""What this service keeps of the others, and how it ends what they no longer tell of."""

from services.booking.bookings.store import end_visits
from services.booking.rooms.store import end_emergencies, end_silences, end_special_days
from shared.untold import OF_ACCESS, Kept

KEPT = (
    *OF_ACCESS,
    Kept("access", "special days", end_special_days),
    Kept("access", "lockdowns and evacuations", end_emergencies),
    Kept("access", "silent controllers", end_silences),
    Kept("visitors", "visits of guests", end_visits),
)
