"""What the worker of visitors does beside relay, inbox and timers: it sends the notices, delivers
to webhooks, and sweeps up the visits whose time is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from services.visitors.attempts import Attempts
from services.visitors.notices.delivery import MAILS_AT_ONCE, Mails
from services.visitors.notices.mails import Sender
from services.visitors.notices.messages import LONGEST_MESSAGE, MESSAGES_AT_ONCE, Messages
from services.visitors.notices.speaking import Speaker
from services.visitors.settings import VisitorsSettings
from services.visitors.surroundings import Surroundings, surround
from services.visitors.visits.commands import sweep_visits
from services.visitors.webhooks.sending import ENDPOINTS_AT_ONCE, Calls, Forgetting
from services.visitors.webhooks.telling import Telling
from shared.keys import KeyFile
from shared.mail import mailer
from shared.outward import Guard, Outward
from shared.web import Ground
from shared.worker import ONCE_AN_HOUR, Loop

SWEPT_AT_ONCE = 100
PASS_KEY = "pass"  # noqa: S105 - the name of a key file
LINK_KEY = "link"
SEAL_KEY = "seal"


def settings_of(ground: Ground) -> VisitorsSettings:
    """The settings that this service was started with."""
    assert isinstance(ground.settings, VisitorsSettings)
    return ground.settings


def surround_sessions(ground: Ground) -> None:
    """Tells every session what the rules stand on. Ends the start where a key is missing."""
    settings = settings_of(ground)
    surroundings = Surroundings(
        pass_keys=KeyFile(settings.keys_dir, PASS_KEY),
        link_keys=KeyFile(settings.keys_dir, LINK_KEY),
        seal_keys=KeyFile(settings.keys_dir, SEAL_KEY),
        base_url=settings.base_url.rstrip("/"),
        lead=timedelta(minutes=settings.pass_lead_minutes),
        grace=timedelta(minutes=settings.pass_grace_minutes),
        escalate_after=timedelta(minutes=settings.notices_escalate_after_minutes),
        timezone=settings.timezone,
        site_address=settings.site_address,
        site_address_ar=settings.site_address_ar,
        clock=ground.clock,
        guard=Guard(),
    )
    surround(ground.database, surroundings)


def loops(ground: Ground) -> Sequence[Loop]:
    """What is sent to people and to webhooks, and the end of visits whose time is over."""
    surround_sessions(ground)
    settings = settings_of(ground)
    post = mailer(settings.smtp_url, folder=settings.mail_dir)
    sender = Sender(settings.mail_from_name, settings.mail_from)
    database, clock = ground.database, ground.clock
    mails = Attempts(Mails(post, sender), database, clock, at_once=MAILS_AT_ONCE)
    messages = Attempts(
        Messages(Speaker(at_once=MESSAGES_AT_ONCE), ground.catalogue),
        database,
        clock,
        at_once=MESSAGES_AT_ONCE,
        longest_attempt=LONGEST_MESSAGE,
    )
    calls = Attempts(Calls(Outward(Guard())), database, clock, at_once=ENDPOINTS_AT_ONCE)
    telling = Telling(
        database=database,
        mailer=post,
        sender=sender,
        clock=clock,
        catalogue=ground.catalogue,
    )
    unseen_after = timedelta(minutes=settings.left_unseen_after_minutes)

    async def sweep() -> bool:
        async with database.transaction() as session:
            at, limit = clock(), SWEPT_AT_ONCE
            swept = await sweep_visits(session, at=at, unseen_after=unseen_after, limit=limit)
            return swept == limit

    return [
        Loop("notices.deliver", mails.round, every=settings.notices_poll_seconds),
        Loop("notices.message", messages.round, every=settings.notices_poll_seconds),
        Loop("webhooks.deliver", calls.round, every=settings.notices_poll_seconds),
        Loop("webhooks.tell", telling.round, every=settings.sweep_seconds),
        Loop("webhooks.forget", Forgetting(database, clock).round, every=ONCE_AN_HOUR),
        Loop("visits.sweep", sweep, every=settings.sweep_seconds),
    ]
