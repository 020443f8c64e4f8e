"""This service's own commands: the first tenant and operator, and the latest facts once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import typer
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.access.alarms import store as alarms
from services.access.decisions.passages import tell_passages_again
from services.access.directory import store as directory
from services.access.directory.domain import Person, Tenant
from services.access.evacuations import store as evacuations
from services.access.heartbeats import store as heartbeats
from services.access.imports import shell as people_import
from services.access.lockdowns import store as lockdowns
from services.access.premises import store as premises
from services.access.schedules import store as schedules
from shared.database import Database
from shared.events.base import Event
from shared.events.directory import Language
from shared.messaging.outbox import announce
from shared.messaging.retelling import Retelling
from shared.service import Command, Work
from shared.web import Email, Ground

AT_ONCE = 100


@dataclass(frozen=True)
class Bootstrap:
    """What a new park begins with: its landlord, and one operator to list all the others."""

    tenant: str
    """The landlord's name."""
    language: Language
    email: str
    given_name: str
    family_name: str


async def bootstrap(ground: Ground, wanted: Bootstrap) -> Person:
    """Lists the landlord and the first operator; whatever is there already stays as it is."""
    async with ground.database.transaction() as session:
        at = ground.clock()
        landlord = await directory.landlord(session)
        if landlord is None:
            landlord = Tenant(
                name=wanted.tenant, is_landlord=True, language=wanted.language, listed_at=at
            )
            session.add(landlord)
            await session.flush()
            announce(session, landlord.listed())
        operator = await directory.person_by_email(session, wanted.email)
        if operator is None:
            operator = Person(
                tenant_id=landlord.tenant_id,
                given_name=wanted.given_name,
                family_name=wanted.family_name,
                email=wanted.email.strip().lower(),
                language=wanted.language,
                listed_at=at,
            )
            session.add(operator)
            await session.flush()
            announce(session, operator.listed())
        return operator


async def tell_all(database: Database, retelling: Retelling) -> None:
    """The latest facts of every tenant, zone, confirmed special day and person, and of what
    stands: open alarms, lockdowns, evacuations, silent controllers; then the last day's passages.
    """
    async with database.transaction() as session:
        retelling.tell(session, *await _tenants(session), *await _zones(session))
        days = await schedules.confirmed_days(session)
        retelling.tell(session, *(day.confirmed(group) for day, group in days))
        retelling.tell(session, *await _standing(session))
    last: UUID | None = None
    while True:
        async with database.transaction() as session:
            ids = await directory.listed_person_ids(session, after=last, limit=AT_ONCE)
            for person_id in ids:
                retelling.tell(session, await _person(session, person_id))
        if len(ids) < AT_ONCE:
            break
        last = ids[-1]
    await tell_passages_again(database, retelling)


async def _tenants(session: AsyncSession) -> list[Event]:
    ids = await directory.listed_tenant_ids(session)
    return [(await directory.tenant_to_let_to(session, each)).listed() for each in ids]


async def _zones(session: AsyncSession) -> list[Event]:
    return [zone.listed() for zone in await premises.listed_zones(session)]


async def _standing(session: AsyncSession) -> list[Event]:
    return [
        *[each.raised() for each in await alarms.open_alarms(session)],
        *[each.started() for each in await lockdowns.standing(session)],
        *[each.started() for each in await evacuations.standing(session)],
        *[each.silenced() for each in await heartbeats.silent(session)],
    ]


async def _person(session: AsyncSession, person_id: UUID) -> Event:
    person = await directory.locked_person(session, person_id)
    return person.listed(await directory.accounts(session, person_id))


def _address(text: str) -> str:
    try:
        found: str = TypeAdapter(Email).validate_python(text)
    except ValidationError:
        raise typer.BadParameter("it is no e-mail address") from None
    return found


def _bootstrap(
    email: Annotated[
        str, typer.Option(callback=_address, help="The first operator's verified address.")
    ],
    given_name: str = "Park",
    family_name: str = "Operator",
    tenant: Annotated[str, typer.Option(help="The name of the landlord's company.")] = "Park",
    language: Language = "fr",
) -> Work:
    """List the landlord and a first operator, once."""
    wanted = Bootstrap(
        tenant=tenant,
        language=language,
        email=email,
        given_name=given_name,
        family_name=family_name,
    )

    async def work(ground: Ground) -> None:
        operator = await bootstrap(ground, wanted)
        print(f"{operator.email} is listed; sign in with a token that has the role `operator`")

    return work


COMMANDS = (
    Command(name="bootstrap", asked=_bootstrap),
    Command(name="people-import", asked=people_import.people_import),
)
