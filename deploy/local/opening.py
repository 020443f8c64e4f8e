"""Opens the example park on a running system: the first operator, then all else by them."""

import hashlib
from pathlib import Path

import httpx

from deploy.local.callers import Addresses, Caller
from deploy.local.day import Stage, Step, Tokens
from deploy.local.day.stage import Mailbox
from deploy.local.embedded import EmbeddedPark
from deploy.local.listing import ListedPark, Listing
from deploy.local.park import LANDLORD, THE_PARK
from deploy.local.park_files import ParkFiles
from deploy.local.scanner import Invitation, invitation_to, read_qr
from services.access.cli import Bootstrap, bootstrap

WHOLE = "listed to the end"
"""Beside the controllers' keys: which park was listed whole."""
OPERATOR = THE_PARK.examples["operator"]


async def open_the_park(park: EmbeddedPark, *, client: httpx.AsyncClient) -> Stage:
    """The example park, listed if it was not yet; ready to play on."""
    await bootstrap(park.grounds["access"], FIRST)
    settings = park.grounds["visitors"].settings
    sends_mail = getattr(settings, "smtp_url", None) is not None
    return await listed_park(
        Addresses.behind(park.base_url),
        tokens=lambda person: park.issuer.token(person.email, roles=person.roles),
        mailbox=Letters(None if sends_mail else park.files.mail),
        files=park.files,
        client=client,
    )


async def listed_park(
    at: Addresses,
    *,
    tokens: Tokens,
    mailbox: Mailbox,
    files: ParkFiles,
    client: httpx.AsyncClient,
) -> Stage:
    """The example park on a system that knows its first operator, listed if it was not yet."""
    keys = files.read_private("controllers.json")
    headers = {"Authorization": f"Bearer {tokens(OPERATOR)}"}
    operator = Caller(OPERATOR.display_name, client, headers)
    shape = hashlib.sha256(repr(THE_PARK).encode()).hexdigest()
    is_known = keys.get(WHOLE) == shape
    listing = Listing(operator, at, ListedPark(THE_PARK), keys, is_known_whole=is_known)
    listed = await listing.run()
    files.write_private("controllers.json", {**keys, WHOLE: shape})
    return Stage(
        at=at,
        listed=listed,
        keys=keys,
        tokens=tokens,
        mailbox=mailbox,
        client=client,
        report=_tell_nobody,
    )


def _tell_nobody(step: Step) -> None:
    """Until somebody listens."""


FIRST = Bootstrap(
    tenant=LANDLORD.name,
    language="fr",
    email=OPERATOR.email,
    given_name=OPERATOR.given_name,
    family_name=OPERATOR.family_name,
)
"""What `parvis access bootstrap` is told: somebody has to be the first."""


class Letters:
    """What guests get: in the mail folder or, where mail is really sent, printed by the desk."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    async def __call__(self, address: str, desk: Caller, visit_url: str) -> Invitation | None:
        if self.folder is not None:
            return invitation_to(address, folder=self.folder)
        notices = await desk.get(f"{visit_url}/notices")
        sent = [one for one in notices["items"] if one["status"] == "sent"]
        if not sent:
            return None
        text = read_qr(await desk.picture(f"{visit_url}/pass"))
        return Invitation("really sent", text, "BEGIN:VEVENT (in the mail)") if text else None
