"""Says one thing by the address of a vendor, through Apprise.

One rule: what a vendor or the library says of a failure is kept without the address; nothing of
either reaches a log.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from apprise import Apprise, AppriseAsset, AppriseResult, NotifyBase, NotifyFormat
from apprise.plugins.infobip import NotifyInfobip
from apprise.plugins.slack import NotifySlack
from apprise.plugins.twilio import NotifyTwilio
from apprise.plugins.workflows import NotifyWorkflows

from services.visitors.notices.domain.vendors import Vendor, parts_of, secrets_of, spoken

LONGEST_REASON = 200
PLUGINS: dict[Vendor, type[NotifyBase]] = {
    Vendor.SLACK: NotifySlack,
    Vendor.TEAMS: NotifyWorkflows,
    Vendor.TWILIO: NotifyTwilio,
    Vendor.INFOBIP: NotifyInfobip,
}
"""No other of the library's hundred is ever loaded."""
FORMATS = dict.fromkeys(Vendor, NotifyFormat.TEXT) | {Vendor.TEAMS: NotifyFormat.MARKDOWN}
"""As what a sentence is given to the library: for Teams it would write backslashes into a text."""


class NotSaid(Exception):
    """The vendor has not taken it, or nobody knows."""


class Speaker:
    """Threads of its own: the library waits for its vendors, some ten seconds at the longest."""

    def __init__(self, *, at_once: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="vendor")
        self._asset = AppriseAsset(app_id="Parvis", app_desc="Parvis", http_redirects=False)
        # Its records hold phone numbers and, for debugging, addresses whole. What went wrong is
        # read from its results, which are made from these records; so they stay on, and end here.
        logging.getLogger("apprise").propagate = False

    async def say(self, address: str, text: str) -> None:
        """Raises `NotSaid`, with the reason."""
        loop = asyncio.get_running_loop()
        said = await loop.run_in_executor(self._threads, self._say, address, text)
        if not said:
            raise NotSaid(_reason(said, secrets_of(address)))

    def _say(self, address: str, text: str) -> AppriseResult:
        vendor, _ = parts_of(address)
        plugin = PLUGINS[vendor]
        read = plugin.parse_url(spoken(address))
        assert read is not None, "it has the form of an address of this vendor"
        said = Apprise(asset=self._asset)
        said.add(plugin(**read, asset=self._asset))
        return said.notify(body=text, body_format=FORMATS[vendor], log_level=logging.WARNING)


def _reason(said: AppriseResult, secrets: list[str]) -> str:
    lines = [entry.message for service in said for entry in service.logs()]
    text = " ".join(" ".join(lines).split()) or said.status.name.lower()
    for secret in secrets:
        text = text.replace(secret, "…")
    return text.replace("\x00", "?")[:LONGEST_REASON]
