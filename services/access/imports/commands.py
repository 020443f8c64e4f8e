"""What can be asked of an import: the file as a whole, or all of it that is right.

One rule: it takes effect in one transaction, and what is as it should be already is no news; so the
same file again changes nothing and tells nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.departures.commands import delist_people
from services.access.departures.store import listed_of
from services.access.directory.domain import PersonChanges
from services.access.directory.store import accounts_of
from services.access.imports import store
from services.access.imports.domain import (
    Change,
    ChangedMeanwhile,
    Fault,
    KnownTenant,
    PersonLine,
    Plan,
    Tenants,
    plan_of,
    read_line,
    read_sheet,
)
from services.access.journal.commands import journal_act
from shared.events.directory import DelistingReason, PersonFacts, PersonListed, SignIn
from shared.identity.listed import Person as Caller
from shared.identity.listed import Role
from shared.messaging.outbox import announce, write_announcements

AT_ONCE = 500
"""Rows in one statement; between two of them others of this process have their turn."""

T = TypeVar("T")
Progress = Callable[[int, int], None]
"""Told how many people of how many are written."""


@dataclass(frozen=True)
class Wanted:
    """How the file is to be taken."""

    is_dry_run: bool = False
    """Say what would happen, and do nothing."""
    skips_bad: bool = False
    """Do what is right, leave what is wrong; else one error stops all."""


@dataclass
class Outcome:
    """What an import did, or would do."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    left: int = 0
    faults: list[Fault] = field(default_factory=list)
    is_done: bool = False
    """False where nothing was changed: a dry run, or errors that were not to be skipped."""


async def import_people(
    session: AsyncSession,
    data: bytes,
    wanted: Wanted,
    *,
    by: Caller | None,
    at: datetime,
    progress: Progress = lambda done, of: None,
) -> Outcome:
    """Operators import for any company, tenant admins for their own; None is the park's own shell.

    Raises `NotYourRole`, `ChangedMeanwhile`.
    """
    only = None if by is None else _only_tenant(by)
    await store.one_at_a_time(session)
    plan = await _plan(session, data, await store.tenants(session, only=only), has_one=bool(only))
    outcome = Outcome(
        new=len(plan.new),
        changed=len(plan.changed),
        unchanged=plan.unchanged,
        left=len(plan.leaving),
        faults=sorted(plan.faults, key=lambda fault: fault.line),
    )
    if wanted.is_dry_run or (outcome.faults and not wanted.skips_bad):
        return outcome
    await _carry_out(session, plan, at=at, progress=progress)
    if outcome.new or outcome.changed or outcome.left:
        done = {"new": outcome.new, "changed": outcome.changed, "left": outcome.left}
        await journal_act(session, "people_imported", by=by, at=at, tenant_id=only, details=done)
    outcome.is_done = True
    return outcome


def _only_tenant(by: Caller) -> UUID | None:
    by.must_have(Role.OPERATOR, Role.TENANT_ADMIN)
    return None if by.has(Role.OPERATOR) else by.tenant_id


async def _plan(
    session: AsyncSession, data: bytes, known: list[KnownTenant], *, has_one: bool
) -> Plan:
    lines, faults = await asyncio.to_thread(_read, data)  # meanwhile doors are answered
    tenants = Tenants(known, usual=known[0] if has_one and known else None)
    placed: list[tuple[PersonLine, KnownTenant]] = []
    for line in lines:
        tenant = tenants.of(line)
        if isinstance(tenant, Fault):
            faults.append(tenant)
        else:
            placed.append((line, tenant))
    await store.keep_tenants_listed(session, {tenant.tenant_id for _, tenant in placed})
    people = await store.known_people(
        session,
        [line.email for line, _ in placed],
        [(tenant.tenant_id, line.external_id) for line, tenant in placed if line.external_id],
    )
    plan = await asyncio.to_thread(plan_of, placed, people)
    plan.faults += faults
    return plan


def _read(data: bytes) -> tuple[list[PersonLine], list[Fault]]:
    records, faults = read_sheet(data)
    lines: list[PersonLine] = []
    for record in records:
        line, wrong = read_line(record)
        faults += wrong
        lines += [line] if line else []
    return lines, faults


async def _carry_out(
    session: AsyncSession, plan: Plan, *, at: datetime, progress: Progress
) -> None:
    total = len(plan.new) + len(plan.changed) + len(plan.leaving)
    done = 0
    for new in _batches(plan.new, AT_ONCE):
        person_ids = [uuid4() for _ in new]
        await store.list_people(session, new, person_ids, at=at)
        for person_id, change in zip(person_ids, new, strict=True):
            announce(session, _listed(person_id, change, ()))
        await write_announcements(session)
        progress(done := done + len(new), total)
    for changed in _batches(plan.changed, AT_ONCE):
        await store.change_people(session, changed)
        await _tell_of_changes(session, changed)
        await write_announcements(session)
        progress(done := done + len(changed), total)
    for leaving in _batches(plan.leaving, AT_ONCE):
        if len(await listed_of(session, leaving)) != len(leaving):
            raise ChangedMeanwhile
        await delist_people(session, leaving, reason=DelistingReason.LEFT, at=at)
        await write_announcements(session)
        progress(done := done + len(leaving), total)


async def _tell_of_changes(session: AsyncSession, changed: Sequence[Change]) -> None:
    """The company's own number is no news to others."""
    accounts = await accounts_of(session, [each.known.person_id for each in changed if each.known])
    for change in changed:
        if change.known is None:
            continue
        signed = accounts.get(change.known.person_id, ())
        told = _listed(change.known.person_id, change, signed)
        before = _facts(change.known.person_id, change.tenant_id, change.known.facts, signed)
        if told.person != before:
            announce(session, told)


def _listed(person_id: UUID, change: Change, accounts: tuple[SignIn, ...]) -> PersonListed:
    return PersonListed(person=_facts(person_id, change.tenant_id, change.facts, accounts))


def _facts(
    person_id: UUID, tenant_id: UUID, facts: PersonChanges, accounts: tuple[SignIn, ...]
) -> PersonFacts:
    return PersonFacts(
        person_id=person_id,
        tenant_id=tenant_id,
        given_name=facts.given_name,
        family_name=facts.family_name,
        email=facts.email,
        phone=facts.phone,
        language=facts.language,
        sign_in=accounts,
        successor_id=None,
        is_listed=True,
    )


def _batches(all_of_them: Sequence[T], size: int) -> Iterator[list[T]]:
    each = iter(all_of_them)
    while some := list(islice(each, size)):
        yield some
