"""What this service keeps of the others, and how it ends what they no longer tell of."""

from services.visitors.visits.bookings import end_bookings
from shared.untold import OF_ACCESS, Kept

KEPT = (*OF_ACCESS, Kept("booking", "bookings with guests to come", end_bookings))
