"""Gives back what an interrupted day left behind, as its people would themselves."""

from datetime import UTC, datetime, timedelta

from deploy.local.day.booking import COLLEAGUE, ORGANISER
from deploy.local.day.stage import Stage
from deploy.local.day.wishing import RIVAL

LIVE = {"confirmed", "checked_in"}


async def tidy_up(stage: Stage) -> None:
    """The story's people end or cancel the bookings that they still hold, and wait no more."""
    since = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    url = f"{stage.at.booking}/v1/bookings"
    for email in (ORGANISER, COLLEAGUE, RIVAL):
        caller = stage.person(email)
        waiting = f"{stage.at.booking}/v1/waiting"
        for one in [one async for one in caller.every(waiting, patient=True)]:
            await caller.delete(f"{waiting}/{one['waiting_id']}")
        async for booking in caller.every(url, {"from": since}, patient=True):
            is_theirs = booking["organiser_id"] == stage.listed.people[email]
            if booking["status"] not in LIVE or not is_theirs:
                continue
            has_begun = datetime.fromisoformat(booking["starts_at"]) <= datetime.now(UTC)
            its = f"{url}/{booking['booking_id']}"
            if has_begun:
                await caller.post(f"{its}/end-early")
            else:
                await caller.post(f"{its}/cancel", expect=204)
