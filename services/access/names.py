"""Names in the park's three languages, as tables keep them and requests write them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from services.access.database import AccessTable
from shared.events.premises import Names
from shared.web.values import Line


class NamesBody(BaseModel):
    """A name as each of the park's three languages writes it."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    fr: Line
    ar: Line
    en: Line


class Named(AccessTable):
    """Something that has a name in each language."""

    name_fr: str
    name_ar: str
    name_en: str

    @property
    def names(self) -> Names:
        return Names(fr=self.name_fr, ar=self.name_ar, en=self.name_en)


def columns_of(names: NamesBody | Names) -> dict[str, Any]:
    """The columns of `Named` that hold this name."""
    return {"name_fr": names.fr, "name_ar": names.ar, "name_en": names.en}
