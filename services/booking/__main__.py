"""`python -m services.booking [serve | work | migrate | …]`."""

from services.booking.service import SERVICE
from shared.cli import main

if __name__ == "__main__":
    main(SERVICE)
