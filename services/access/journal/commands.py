"""What can be asked of the journal: a search, which is itself journalled, and to note an act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from services.access.journal import store
from services.access.journal.domain import EntryKind, JournalEntry, Particulars
from services.access.journal.store import Search
from shared.identity.listed import Person, Role

PARK_WIDE = (Role.SECURITY, Role.AUDITOR, Role.OPERATOR)


def scope_of(me: Person) -> UUID | None:
    """Whose passages the caller may read; None: all. Raises `NotYourRole`."""
    me.must_have(*PARK_WIDE, Role.TENANT_ADMIN)
    return None if me.has(*PARK_WIDE) else me.tenant_id


async def search_journal(
    session: AsyncSession,
    search: Search,
    *,
    before: UUID | None,
    limit: int,
    by: Person,
    at: datetime,
) -> Sequence[asyncpg.Record]:
    """What was found; that it was looked for is an entry of its own."""
    found = await store.entries(session, search, tenant_id=scope_of(by), before=before, limit=limit)
    asked = {name: str(value) for name, value in asdict(search).items() if value is not None}
    entry = JournalEntry(kind=EntryKind.SEARCH, occurred_at=at, recorded_at=at, commitment=b"")
    particulars = Particulars(author_id=by.person_id, tenant_id=by.tenant_id, details=asked)
    await store.append(session, entry, particulars)
    return found


async def journal_act(
    session: AsyncSession,
    verb: str,
    *,
    by: Person | None,
    at: datetime,
    on_behalf_of: UUID | None = None,
    tenant_id: UUID | None = None,
    person_id: UUID | None = None,
    badge_id: UUID | None = None,
    zone_id: UUID | None = None,
    door_id: UUID | None = None,
    controller_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """An act (`badge_revoked`, `lockdown_started`) is an entry, with its author; `by` is None
    where a controller did it, or the shell.

    `person_id` and `tenant_id`: whom it is about; that tenant's admin may read it, if both are
    given. `details` hold what JSON can, and no secret.
    """
    entry = JournalEntry(
        kind=EntryKind.ACT,
        occurred_at=at,
        recorded_at=at,
        controller_id=controller_id,
        door_id=door_id,
        to_zone_id=zone_id,
        reason=verb,
        commitment=b"",
    )
    behalf = {} if on_behalf_of is None else {"on_behalf_of": str(on_behalf_of)}
    particulars = Particulars(
        author_id=None if by is None else by.person_id,
        person_id=person_id,
        tenant_id=tenant_id,
        badge_id=badge_id,
        details={**(details or {}), **behalf},
    )
    await store.append(session, entry, particulars)
