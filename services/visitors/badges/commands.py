"""What badges can be asked: to be printed, noted as printed, and to look otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.badges import store
from services.visitors.badges.domain import Badge, BadgeTemplate, Shown
from services.visitors.badges.wording import badge_of
from services.visitors.notices.letters import Names
from services.visitors.policies.commands import must_be_theirs_to_set
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.commands import token_to_show
from services.visitors.visits.domain import UNANNOUNCED, Visit
from services.visitors.visits.domain.steps import VisitNotApproved
from services.visitors.visits.store import visit as visit_seen
from shared.errors import NotAllowed
from shared.identity.listed import Person, Role
from shared.web.language import Catalogue


class BadgesAreForTheDesk(NotAllowed):
    """Badges are printed by the reception."""


@dataclass(frozen=True)
class Look:
    """How a tenant wants its badges."""

    title: str | None
    colour: str
    shows: tuple[Shown, ...]
    note: str | None
    logo: bytes | None


async def visit_to_badge(
    session: AsyncSession, visit_id: UUID, *, by: Person, lock: bool = False
) -> tuple[Visit, Visitor]:
    """The visit, for the reception. Raises `NoSuchVisit` before `BadgesAreForTheDesk`."""
    found = await visit_seen(session, visit_id, seen_by=by, lock=lock)
    if not by.has(Role.RECEPTIONIST):
        raise BadgesAreForTheDesk
    return found


@dataclass(frozen=True)
class Supplies:
    """What badges are made of beside their visits, read once however many are printed."""

    session: AsyncSession
    templates: Mapping[UUID, BadgeTemplate]
    names: Mapping[UUID, Names]
    catalogue: Catalogue

    def badge(self, visit: Visit, visitor: Visitor) -> Badge:
        """What the visitor is to wear. Raises `VisitNotApproved`, `PassEnded`, `PassRevoked`,
        `PassKeyChanged`: nobody wears a badge whose pass is worth nothing.
        """
        if visit.status in UNANNOUNCED:
            raise VisitNotApproved
        token = token_to_show(self.session, visit)
        template = self.templates[visit.tenant_id]
        return badge_of(
            visit,
            visitor,
            template,
            names=self.names[visit.id],
            catalogue=self.catalogue,
            token=token if template.does_show(Shown.QR) else None,
        )


async def supplies_for(
    session: AsyncSession, visits: Sequence[Visit], *, catalogue: Catalogue
) -> Supplies:
    """For the badges of these visits."""
    templates = await store.templates(session, {visit.tenant_id for visit in visits})
    names = await store.names(session, [visit.id for visit in visits])
    return Supplies(session, templates, names, catalogue)


def note_printed(visit: Visit, *, at: datetime) -> None:
    """The badge came out of the printer. Raises `VisitNotApproved`."""
    if visit.status in UNANNOUNCED:
        raise VisitNotApproved
    visit.badge_printed_at = at
    visit.version += 1


async def template_to_change(
    session: AsyncSession, tenant_id: UUID, *, by: Person
) -> BadgeTemplate:
    """The tenant's template, locked, for those who may. Raises `NoSuchTenant`, `NotYourRole`."""
    await must_be_theirs_to_set(session, tenant_id, by=by)
    return await store.template_to_change(session, tenant_id)


def set_template(template: BadgeTemplate, look: Look, *, by: Person, at: datetime) -> None:
    """From now on the tenant's badges look so."""
    template.title, template.colour = look.title, look.colour
    template.shows = list(look.shows)
    template.note, template.logo = look.note, look.logo
    template.changed_by, template.changed_at = by.person_id, at
    template.version += 1
