"""`python -m services.access [serve | work | migrate | …]`."""

from services.access.service import SERVICE
from shared.cli import main

if __name__ == "__main__":
    main(SERVICE)
