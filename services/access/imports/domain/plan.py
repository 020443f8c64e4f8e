"""What follows from a file: who is new, who changes, who leaves, and what contradicts itself.

One rule: the company's own number finds a person first, their address second. What is on two lines,
or means somebody else's address, is an error on each of those lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.access.directory.domain import PersonChanges
from services.access.imports.domain.faults import (
    AddressOfAnother,
    AddressTwice,
    AnotherNumber,
    Fault,
    NumberTwice,
    PersonTwice,
)
from services.access.imports.domain.lines import PersonLine
from services.access.imports.domain.tenants import KnownTenant
from shared.errors import Refusal

Placed = tuple[PersonLine, KnownTenant]


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A listed person whom a line may mean."""

    person_id: UUID
    tenant_id: UUID
    version: int
    facts: PersonChanges


@dataclass(frozen=True, slots=True)
class Change:
    """What a person is to become; `known` is None for somebody new."""

    tenant_id: UUID
    known: KnownPerson | None
    facts: PersonChanges


@dataclass
class Plan:
    """What is to be done, and what is wrong."""

    new: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    leaving: list[UUID] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)


def plan_of(placed: Sequence[Placed], known: Iterable[KnownPerson]) -> Plan:
    """The plan for lines whose companies are known."""
    plan = Plan()
    people = _People(known)
    sound = _without_doubles(placed, plan.faults)
    meant: list[tuple[PersonLine, KnownTenant, KnownPerson | None]] = []
    for line, tenant in sound:
        found = people.meant_by(line, tenant)
        if isinstance(found, Fault):
            plan.faults.append(found)
        else:
            meant.append((line, tenant, found))
    for line, tenant, person in _each_person_once(meant, plan.faults):
        _add(plan, line, tenant, person)
    return plan


def _add(plan: Plan, line: PersonLine, tenant: KnownTenant, person: KnownPerson | None) -> None:
    if line.leaves:
        if person is None:
            plan.unchanged += 1
        else:
            plan.leaving.append(person.person_id)
        return
    change = Change(tenant.tenant_id, person, _facts(line, tenant, person))
    if person is None:
        plan.new.append(change)
    elif change.facts == person.facts:
        plan.unchanged += 1
    else:
        plan.changed.append(change)


def _facts(line: PersonLine, tenant: KnownTenant, person: KnownPerson | None) -> PersonChanges:
    """What the line says; where it says nothing, all stays as it is."""
    before = None if person is None else person.facts
    return PersonChanges(
        given_name=line.given_name or "",
        family_name=line.family_name or "",
        email=line.email,
        phone=line.phone or (before.phone if before else None),
        language=line.language or (before.language if before else tenant.language),
        external_id=line.external_id or (before.external_id if before else None),
    )


class _People:
    """Listed people by what a line may name them by."""

    def __init__(self, known: Iterable[KnownPerson]) -> None:
        self._by_email: dict[str, KnownPerson] = {}
        self._by_number: dict[tuple[UUID, str], KnownPerson] = {}
        for person in known:
            self._by_email[person.facts.email] = person
            if person.facts.external_id is not None:
                self._by_number[person.tenant_id, person.facts.external_id] = person

    def meant_by(self, line: PersonLine, tenant: KnownTenant) -> KnownPerson | Fault | None:
        """Whom the line means: None for somebody new."""
        owner = self._by_email.get(line.email)
        numbered = None
        if line.external_id is not None:
            numbered = self._by_number.get((tenant.tenant_id, line.external_id))
        if owner is None or owner is numbered:
            return numbered
        if owner.tenant_id != tenant.tenant_id:
            if line.leaves:
                return numbered
            return Fault(line.number, "email", AddressOfAnother(), line.email)
        if numbered is not None:
            return Fault(line.number, "email", AddressOfAnother(), line.email)
        if line.external_id is not None and owner.facts.external_id is not None:
            return Fault(line.number, "external_id", AnotherNumber(), line.external_id)
        return owner


def _without_doubles(placed: Sequence[Placed], faults: list[Fault]) -> list[Placed]:
    """Lines that share no address and no number with another one."""
    wrong = _doubles(placed, lambda one: one[0].email, AddressTwice, "email", faults)
    wrong |= _doubles(
        placed,
        lambda one: (one[1].tenant_id, one[0].external_id) if one[0].external_id else None,
        NumberTwice,
        "external_id",
        faults,
    )
    return [one for one in placed if one[0].number not in wrong]


def _doubles(
    placed: Sequence[Placed],
    key: Callable[[Placed], Hashable | None],
    refusal: type[Refusal],
    column: str,
    faults: list[Fault],
) -> set[int]:
    """The lines that say the same as another one; each names the other."""
    lines: dict[Hashable, list[PersonLine]] = defaultdict(list)
    for one in placed:
        if (its := key(one)) is not None:
            lines[its].append(one[0])
    wrong: set[int] = set()
    for same in (each for each in lines.values() if len(each) > 1):
        for line in same:
            other = same[0] if line is not same[0] else same[1]
            value = str(getattr(line, column))
            faults.append(Fault(line.number, column, refusal(other=other.number), value))
            wrong.add(line.number)
    return wrong


def _each_person_once(
    meant: Sequence[tuple[PersonLine, KnownTenant, KnownPerson | None]], faults: list[Fault]
) -> list[tuple[PersonLine, KnownTenant, KnownPerson | None]]:
    lines: dict[UUID, list[int]] = defaultdict(list)
    for line, _, person in meant:
        if person is not None:
            lines[person.person_id].append(line.number)
    sound = []
    for line, tenant, person in meant:
        same = [line.number] if person is None else lines[person.person_id]
        if len(same) == 1:
            sound.append((line, tenant, person))
        else:
            other = same[0] if same[0] != line.number else same[1]
            faults.append(Fault(line.number, None, PersonTwice(other=other)))
    return sound
