"""`python -m services.visitors [serve | work | migrate | …]`."""

from services.visitors.service import SERVICE
from shared.cli import main

if __name__ == "__main__":
    main(SERVICE)
