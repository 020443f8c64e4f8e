"""Which company a line speaks of: by its id or its name, or the only one that its importer has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.access.imports.domain.faults import (
    Fault,
    NoTenantNamed,
    NoTenantOfThatName,
    SeveralOfThatName,
)
from services.access.imports.domain.lines import PersonLine
from shared.events.directory import Language


@dataclass(frozen=True)
class KnownTenant:
    """A listed company that the importer may list people for."""

    tenant_id: UUID
    name: str
    language: Language


class Tenants:
    """The companies that the importer may list people for; `usual` is meant where none is named."""

    def __init__(self, known: Sequence[KnownTenant], *, usual: KnownTenant | None) -> None:
        self._usual = usual
        self._by: dict[str, list[KnownTenant]] = {}
        for each in known:
            self._by.setdefault(each.name.casefold(), []).append(each)
            self._by.setdefault(str(each.tenant_id), []).append(each)

    def of(self, line: PersonLine) -> KnownTenant | Fault:
        if line.tenant is None:
            return self._usual or Fault(line.number, "tenant", NoTenantNamed())
        found = self._by.get(line.tenant.casefold(), [])
        if not found:
            return Fault(line.number, "tenant", NoTenantOfThatName(), line.tenant)
        if len(found) > 1:
            return Fault(line.number, "tenant", SeveralOfThatName(), line.tenant)
        return found[0]
