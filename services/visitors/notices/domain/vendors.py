"""The addresses of vendors that a message may go to, and what each of them is made of.

One rule: only these forms are taken, whole. Each leads to a host of its vendor alone, with one
reader behind it; what a form does not name (options of the library, other hosts, files) has no way
in.
"""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import parse_qs, urlencode

LONGEST_ADDRESS = 500


class Vendor(StrEnum):
    """Who carries a message."""

    SLACK = "slack"
    TEAMS = "teams"
    TWILIO = "twilio"
    INFOBIP = "infobip"


SECRETS = ("sid", "token", "sig", "workflow", "path")
"""Parts of an address that nobody is to read."""
_PHONE = r"\+[1-9]\d{6,14}"
_FORMS = {
    Vendor.SLACK: (
        r"https://hooks\.slack\.com/services/(?P<path>[A-Z0-9]+/[A-Z0-9]+)/(?P<token>[A-Za-z0-9]+)"
    ),
    Vendor.TEAMS: (
        r"https://(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:logic\.azure|api\.powerplatform)\.com)"
        r"(?::443)?(?P<direct>/powerautomate/automations/direct(?:/cu/(?P<route>\d+))?)?"
        r"/workflows/(?P<workflow>[A-Za-z0-9_-]+)/triggers/manual/paths/invoke/?"
        r"\?(?P<query>[A-Za-z0-9_.%/=&+-]+)"
    ),
    Vendor.TWILIO: (
        rf"twilio://(?P<sid>AC[a-fA-F0-9]+):(?P<token>[A-Za-z0-9]+)@(?P<sender>{_PHONE})"
        rf"/(?P<phone>{_PHONE})"
    ),
    Vendor.INFOBIP: (
        r"infobip://(?P<token>[A-Za-z0-9_-]+)@(?P<host>[a-z0-9]+\.api\.infobip\.com)"
        rf"/(?P<phone>{_PHONE})(?:\?from=(?P<sender>[A-Za-z0-9]{{1,11}}))?"
    ),
}
_READ = {vendor: re.compile(form, re.ASCII) for vendor, form in _FORMS.items()}


def parts_of(address: str) -> tuple[Vendor, dict[str, str]]:
    """The vendor and the parts of the address. Raises `ValueError` for what is of none of them."""
    for vendor, form in _READ.items():
        found = form.fullmatch(address)
        if found and len(address) <= LONGEST_ADDRESS:
            parts = {name: part for name, part in found.groupdict().items() if part}
            return vendor, parts | _signature(parts.pop("query", ""), vendor)
    raise ValueError("this is no address of a known vendor")


def _signature(query: str, vendor: Vendor) -> dict[str, str]:
    """Of what Microsoft puts behind the address: the signature, and the version of the interface.
    Raises `ValueError` where there is none.
    """
    if vendor is not Vendor.TEAMS:
        return {}
    given = parse_qs(query, max_num_fields=10)
    sig, version = given.get("sig", [""])[0], given.get("api-version", ["1"])[0]
    if not re.fullmatch(r"[A-Za-z0-9_-]+", sig) or not re.fullmatch(r"[0-9-]{1,20}", version):
        raise ValueError("this has no signature")
    return {"sig": sig, "version": version}


def ending_of(address: str) -> str:
    """The last four characters of what tells this address from others of its vendor."""
    _, parts = parts_of(address)
    return (parts.get("phone") or parts.get("sig") or parts["token"])[-4:]


def secrets_of(address: str) -> list[str]:
    """What of it must not be read in any answer or log, the longest first."""
    _, parts = parts_of(address)
    found = {part for name in SECRETS for part in parts.get(name, "").split("/") if part}
    return sorted(found, key=len, reverse=True)


def spoken(address: str) -> str:
    """The address as Apprise reads it: no pictures, no footer, no redirect is followed."""
    vendor, parts = parts_of(address)
    options = {"redirect": "no", "rto": "10"}
    match vendor:
        case Vendor.SLACK:
            base = f"slack://{parts['path']}/{parts['token']}"
            options |= {"image": "no", "footer": "no"}
        case Vendor.TEAMS:
            base = f"workflows://{parts['host']}/{parts['workflow']}/{parts['sig']}"
            options |= {"image": "no", "ver": parts["version"]}
            options |= {"pa": "yes"} if "direct" in parts else {}
            options |= {"route": parts["route"]} if "route" in parts else {}
        case Vendor.TWILIO:
            base = f"twilio://{parts['sid']}:{parts['token']}@{parts['sender']}/{parts['phone']}"
        case Vendor.INFOBIP:
            base = f"infobip://{parts['token']}@{parts['host']}/{parts['phone']}"
            options |= {"from": parts["sender"]} if "sender" in parts else {}
    return f"{base}/?{urlencode(options)}"
