"""What the pages of links say, in the language of their reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.answers.commands import LATE_MINUTES, Asked
from services.visitors.answers.page import (
    Page,
    button,
    form,
    paragraph,
    picture,
    time_field,
)
from services.visitors.links.domain import TO_HOST, Purpose
from services.visitors.notices.letters import Names, values_of
from services.visitors.passes.pictures import as_png
from services.visitors.visits.commands import particulars, token_to_show
from services.visitors.visits.domain import Says
from shared import directory
from shared.clock import wall_time
from shared.events.directory import Language
from shared.events.visits import VisitStatus
from shared.web.language import Catalogue

SENDER = "Parvis"
WHEN = "{day}, {from_time} – {to_time} ({zone})"


@dataclass(frozen=True)
class Wording:
    """The language of the page, and what may be inserted into its sentences."""

    language: Language
    say: Callable[[str], str]
    values: dict[str, str]

    def paragraph(self, english: str, *, does_stand_out: bool = False) -> str:
        return paragraph(self.say(english), does_stand_out=does_stand_out, **self.values)

    def page(self, title: str, *content: str) -> Page:
        sender = self.values["tenant"]
        return Page(self.language, sender, self.say(title), "\n".join(content))


async def words_for(session: AsyncSession, asked: Asked, *, catalogue: Catalogue) -> Wording:
    """The visitor's own language, the host's, or the tenant's."""
    visit = asked.visit
    host = await directory.person(session, visit.host_id)
    tenant = await directory.tenant(session, visit.tenant_id)
    names = Names(host=host.display_name if host else None, tenant=tenant.name if tenant else None)
    language = visit.language
    if asked.link.purpose in TO_HOST and host is not None:
        language = host.language
    elif asked.link.purpose is Purpose.SHOW_REQUEST and tenant is not None:
        language = tenant.language
    says = particulars(visit, asked.visitor).model_copy(
        update={"late_minutes": visit.says_late_minutes}
    )

    def say(english: str) -> str:
        return catalogue.text(english, language=language)

    return Wording(language, say, values_of(says, names=names, language=language))


def question(session: AsyncSession, asked: Asked, words: Wording) -> Page:
    """What the link is for, and how to say so."""
    if asked.is_done:
        return thanks(session, asked, words)
    when = words.paragraph(WHEN, does_stand_out=True)
    match asked.link.purpose:
        case Purpose.SAY_LATE:
            told = words.paragraph("{host} expects you at {tenant}:")
            if asked.visit.says is Says.LATE:
                told = words.paragraph("{host} knows that you will be {minutes} minutes late.")
            choices = (
                button(f"{minutes} {words.say('min')}", name="minutes", value=str(minutes))
                for minutes in LATE_MINUTES
            )
            return words.page("How late will you be?", told, when, form(*choices))
        case Purpose.SAY_NOT_COMING:
            told = words.paragraph("Your visit will be cancelled, and {host} is told.")
            sure = form(button(words.say("I am not coming")))
            return words.page("You are not coming?", when, told, sure)
        case Purpose.SHOW_PASS:
            code = picture(as_png(token_to_show(session, asked.visit)))
            hold = words.paragraph("Hold it to the reader at the entrance, or show it at the desk.")
            desk = words.paragraph("Code for the desk: {desk_code}", does_stand_out=True)
            return words.page("Your pass", when, code, hold, desk)
        case Purpose.MOVE:
            return _move(asked, words, when)
        case Purpose.COMING:
            if asked.visit.host_coming_at is not None:
                return thanks(session, asked, words)
            who = words.paragraph("{visitor_and_company} is at {tenant}:")
            return words.page("Are you coming?", who, when, form(button(words.say("I am coming"))))
        case Purpose.DECIDE | Purpose.SHOW_REQUEST:
            return _request(asked, words, when)


def _request(asked: Asked, words: Wording, when: str) -> Page:
    """Whether the visitor may come: to be decided here, elsewhere, or decided by now."""
    who = words.paragraph("{visitor_and_company} would like to visit {host}:")
    match asked.visit.status:
        case VisitStatus.PENDING_APPROVAL if asked.link.purpose is Purpose.DECIDE:
            choices = (
                button(words.say("Let them in"), name="decision", value="approve"),
                button(words.say("Turn them away"), name="decision", value="refuse"),
            )
            return words.page("May this visitor come in?", who, when, form(*choices))
        case VisitStatus.PENDING_APPROVAL:
            told = words.paragraph("An admin of {tenant} approves or refuses it in Parvis.")
            return words.page("This visit waits for a word", who, when, told)
        case VisitStatus.REFUSED:
            return words.page("The visitor was turned away", who, when)
        case _:
            return words.page("The visitor may come in", who, when)


def _move(asked: Asked, words: Wording, when: str) -> Page:
    visit = asked.visit
    starts, ends = (
        wall_time(at, timezone=visit.timezone).isoformat(timespec="minutes")
        for at in (visit.starts_at, visit.ends_at)
    )
    fields = (
        time_field(words.say("It begins"), name="starts", value=starts),
        time_field(words.say("It ends"), name="ends", value=ends),
        button(words.say("Move the visit")),
    )
    who = words.paragraph("{visitor_and_company} is expected:")
    return words.page("Move the visit", who, when, form(*fields))


def thanks(session: AsyncSession, asked: Asked, words: Wording) -> Page:
    """What has become of it."""
    when = words.paragraph(WHEN, does_stand_out=True)
    match asked.link.purpose:
        case Purpose.SAY_LATE:
            told = words.paragraph("{host} knows that you will be {minutes} minutes late.")
            return words.page("Thank you", told, when)
        case Purpose.SAY_NOT_COMING:
            told = words.paragraph("Your visit is cancelled, and {host} is told.")
            return words.page("Thank you", told, when)
        case Purpose.MOVE:
            told = words.paragraph("{visitor} gets a mail with the time of the visit:")
            return words.page("The visit is moved", told, when)
        case Purpose.COMING:
            told = words.paragraph("The desk sees that {visitor} is being met.")
            return words.page("Thank you", told)
        case Purpose.SHOW_PASS | Purpose.DECIDE | Purpose.SHOW_REQUEST:
            return question(session, asked, words)
