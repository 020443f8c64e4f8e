"""The formats of cards: what doors and tenants are configured with. How their bits are read, the
credentials know.
"""

from enum import StrEnum


class CardFormat(StrEnum):
    """How a card's bits are laid out. What a reader reads is configured, never guessed."""

    H10301 = "H10301"
    """26 bits: 8 bits facility, 16 bits number."""
    INDALA26 = "INDALA26"
    """26 bits: 12 bits facility, 12 bits number."""
    H10306 = "H10306"
    """34 bits: 16 bits facility, 16 bits number."""
    H10302 = "H10302"
    """37 bits: no facility, 35 bits number."""
    H10304 = "H10304"
    """37 bits: 16 bits facility, 19 bits number."""
    C1000_35 = "C1000_35"
    """35 bits (Corporate 1000): 12 bits company, 20 bits number."""
