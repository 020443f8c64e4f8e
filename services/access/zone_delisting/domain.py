"""Why a zone cannot be delisted yet."""

from __future__ import annotations

from shared.errors import Conflict


class ZoneHasZones(Conflict):
    """Other zones lie within this one; delist them first."""


class ZoneHasDoors(Conflict):
    """Doors lead into or out of this zone; it cannot be delisted while they stand."""


class ZoneHasRights(Conflict):
    """Somebody may still pass into this zone; end those rights first."""


class ZoneHasInputs(Conflict):
    """An input of a controller stands for this zone; give the input another zone first."""


class ZoneInEmergency(Conflict):
    """This zone is locked down or evacuated; end that first."""
