"""What it costs to invite 200 at once: a visit, a pass, an event and a mail for each of them."""

from __future__ import annotations

import csv
import io
import time
from datetime import timedelta

import orjson

from benchmarks.desk.stage import Desk
from benchmarks.figures import Figure
from benchmarks.load import connected, post
from benchmarks.turns import processor_seconds

TOGETHER, TOGETHER_MS = 200, 2_000.0
HOST = 45
"""The number of somebody who hosts them all."""


def _lines(beginning: str) -> str:
    """As people paste them."""
    return "\n".join(
        f"Camille {beginning}{number} <{beginning}.{number}@guest.example>"
        for number in range(TOGETHER)
    )


def _table(beginning: str) -> str:
    """CSV with a heading."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("prénom", "nom", "société", "e-mail", "téléphone"))
    for number in range(TOGETHER):
        email = f"{beginning}.{number}@guest.example"
        rows.writerow(("Karim", f"{beginning}{number}", "Alami SARL", email, f"06{number:08}"))
    return text.getvalue()


async def invitations(desk: Desk) -> list[Figure]:
    """Newcomers by lines, newcomers by CSV, and those of the CSV once more."""
    figures: list[Figure] = []
    for name, text, days in (
        ("lines", _lines("lines"), 2),
        ("csv", _table("csv"), 2),
        ("again", _table("csv"), 3),
    ):
        figures += await _invited(desk, f"desk.batch.invitations.{name}", text, days=days)
    return figures


async def _invited(desk: Desk, name: str, text: str, *, days: int) -> list[Figure]:
    host = desk.history.park.people[HOST]
    starts_at = desk.history.park.at + timedelta(days=days)
    wish = {
        "text": text,
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=1)).isoformat(),
    }
    request = post(f"{desk.url}/v1/invitations", wish, desk.headers(host))
    async with connected(desk.url, connections=1) as (wire,):
        used, began = processor_seconds(desk.running), time.perf_counter()
        reply = await wire.ask(request)
        took = (time.perf_counter() - began) * 1000
        used = processor_seconds(desk.running) - used
    if reply.status != 200 or orjson.loads(reply.body)["done"] != TOGETHER:
        raise RuntimeError(f"{name} was answered {reply.status}: {reply.body[:500]!r}")
    return [
        Figure(name, took, "ms"),
        Figure(f"{name}.processor", used * 1000, "ms"),
        Figure(f"{name}.to_goal", took / TOGETHER_MS, "1"),
    ]
