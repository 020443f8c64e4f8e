"""Why a machine-readable zone is not read; each says where to look, none repeats what stood there.

Lines and positions count from 1, as the tables of Doc 9303 do.
"""

from __future__ import annotations

from shared.errors import Malformed


class MrzUnreadable(Malformed):
    """This machine-readable zone cannot be read; scan the document again."""


class MrzHasOtherShape(MrzUnreadable):
    """A machine-readable zone has two lines of 44 or 36 signs, or three of 30; scan it whole."""


class MrzHasOtherSign(MrzUnreadable):
    """Line {line}, position {position}: only capital letters, digits and < belong there."""


class MrzWantsDigit(MrzUnreadable):
    """Line {line}, position {position}: a digit belongs there; perhaps a 0 was read as an O."""


class MrzWantsLetter(MrzUnreadable):
    """Line {line}, position {position}: a letter belongs there; perhaps an O was read as a 0."""


class MrzKindUnknown(MrzUnreadable):
    """This is no passport, identity card or visa by ICAO Doc 9303."""


class MrzSexUnknown(MrzUnreadable):
    """Line {line}, position {position}: M, F or < belongs there."""


class MrzCheckDigitWrong(MrzUnreadable):
    """Line {line}, position {position}: the check digit does not agree; scan the document again."""


class MrzDateWrong(MrzUnreadable):
    """Line {line}, position {position}: there is no such date."""


class MrzNameMissing(MrzUnreadable):
    """There is no name in this machine-readable zone."""
