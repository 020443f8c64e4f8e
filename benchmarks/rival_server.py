"""`python -m benchmarks.rival_server casbin|cedar --scale 1 --at … --port …`: the reference park's
doors, decided by another engine behind one FastAPI route.

All is made easy for it: it keeps nothing, proves no freshness, asks for no device key, finds cards
by their bits in a dictionary, and gives no reason.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import uvicorn
import uvloop
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from pydantic import BaseModel

from benchmarks.reference.park import Park, Right, Size
from benchmarks.reference.reads import frame_of_card, is_early, is_over
from services.access.credentials.domain import BadgeStatus
from services.access.decisions.api.reads import NewRead
from shared.log import prepare_logs
from shared.telemetry import prepare_traces
from shared.web.ground import Ground
from shared.web.limited import Limited
from shared.web.observed import Observed

Enforce = Callable[[str, str, str], bool]
"""Whether that person may enter that zone at that time."""
LONG_AGO, NEVER = "0", "9"

CASBIN = """
[request_definition]
r = person, zone, at
[policy_definition]
p = person, zone, since, until
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.person == p.person && r.zone == p.zone && r.at >= p.since && r.at < p.until
"""
CEDAR = """
permit(principal, action == Action::"enter", resource)
when { principal.isListed && principal in resource };
"""


class Decided(BaseModel):
    """What the door is told."""

    outcome: str


def casbin_of(park: Park) -> Enforce:
    """A line for each right, with the hours in which it counts; found by person and zone."""
    from casbin import FastEnforcer
    from casbin.model import FastModel

    keys = [0, 1]
    model = FastModel(keys)
    model.load_model_from_text(CASBIN)
    model.add_policies("p", "p", [_line(right) for right in park.rights if _is_of_listed(right)])
    enforcer = FastEnforcer(model, cache_key_order=keys)

    def enforce(person: str, zone: str, at: str) -> bool:
        return bool(enforcer.enforce(person, zone, at))

    return enforce


def _is_of_listed(right: Right) -> bool:
    return right.person.is_listed


def _line(right: Right) -> list[str]:
    since, until = right.valid_from, right.valid_until
    return [
        str(right.person.person_id),
        str(right.zone.zone_id),
        since.isoformat() if since else LONG_AGO,
        until.isoformat() if until else NEVER,
    ]


def cedar_of(park: Park) -> Enforce:
    """People within the zones that they may enter on the day; all parsed once."""
    from cedarpy import Entities, PolicySet, is_authorized

    policies, entities = PolicySet.from_str(CEDAR), Entities.from_json_str(_entities(park))

    def enforce(person: str, zone: str, at: str) -> bool:
        request = {
            "principal": f'Person::"{person}"',
            "action": 'Action::"enter"',
            "resource": f'Zone::"{zone}"',
            "context": {"at": at},
        }
        return bool(is_authorized(request, policies, entities).allowed)

    return enforce


def _entities(park: Park) -> str:
    zones: dict[UUID, list[dict[str, str]]] = {each.person_id: [] for each in park.people}
    for right in park.rights:
        if not (is_early(right, park.at) or is_over(right, park.at)):
            zone = {"type": "Zone", "id": str(right.zone.zone_id)}
            zones[right.person.person_id].append(zone)
    people = [
        {
            "uid": {"type": "Person", "id": str(each.person_id)},
            "attrs": {"isListed": each.is_listed},
            "parents": zones[each.person_id],
        }
        for each in park.people
    ]
    places = [
        {"uid": {"type": "Zone", "id": str(zone.zone_id)}, "attrs": {}, "parents": []}
        for zone in park.zones
    ]
    return json.dumps([*people, *places])


RIVALS: dict[str, Callable[[Park], Enforce]] = {"casbin": casbin_of, "cedar": cedar_of}


def rival_app(park: Park, enforce: Enforce) -> FastAPI:
    """One route, asked as ours is."""
    app = FastAPI()
    points = {point.access_point_id: point for point in park.points}
    opening = (
        card
        for card in park.cards
        if card.status == BadgeStatus.ACTIVE
        and not (is_early(card, park.at) or is_over(card, park.at))
    )
    holders = {frame_of_card(card): card.person for card in opening}

    @app.post("/v1/access-points/{access_point_id}/decisions")
    async def decide(access_point_id: UUID, body: NewRead) -> Decided:
        point = points[access_point_id]
        if point.is_way_out:
            return Decided(outcome="granted")
        door, holder = point.door, holders.get(getattr(body.read, "bits", ""))
        if holder is None or door.card_format not in {None, holder.tenant.card_format}:
            return Decided(outcome="denied")
        at = datetime.now(UTC).isoformat()
        may = enforce(str(holder.person_id), str(door.zone.zone_id), at)
        return Decided(outcome="granted" if may else "denied")

    return app


def observe(app: FastAPI, engine: str) -> None:
    """What stands around each of our services: a limit, a span, a log line, two metrics."""
    prepare_logs(level="info")
    prepare_traces(engine)
    ground = SimpleNamespace(name=engine, registry=CollectorRegistry())
    app.add_middleware(Limited, larger={})
    app.add_middleware(Observed, ground=cast(Ground, ground))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rival_server", description=__doc__)
    parser.add_argument("engine", choices=sorted(RIVALS))
    parser.add_argument("--scale", type=float, required=True)
    parser.add_argument("--at", type=datetime.fromisoformat, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--observed", action="store_true", help="logged and counted as access is")
    asked = parser.parse_args()
    park = Park(Size.of(asked.scale), asked.at)
    app = rival_app(park, RIVALS[asked.engine](park))
    if asked.observed:
        observe(app, asked.engine)
    config = uvicorn.Config(app, port=asked.port, log_config=None, access_log=False)
    uvloop.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
