"""What this service keeps of the others, and how it ends what they no longer tell of."""

from services.access.rights.untold import end_bookings, end_visits
from shared.untold import Kept

KEPT = (
    Kept("booking", "bookings", end_bookings),
    Kept("visitors", "visits", end_visits),
)
