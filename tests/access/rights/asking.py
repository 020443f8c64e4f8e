"""What tests of rights ask for, in few words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.access.park import OPERATOR, Json, Park, Somebody


def holding(park: Park, kind: str, name: str) -> Json:
    return {"kind": kind, "id": park.ids[name]}


async def grant(
    park: Park, by: Somebody, holder: Json, *, zone: str | None = None, **more: Any
) -> Json:
    """The right, as answered."""
    where = {} if zone is None else {"zone_id": park.ids[zone]}
    answer = await park.post(by, "/rights", {"holder": holder, **where, **more})
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def cap(park: Park, tenant: str, zone: str, *, by: Somebody = OPERATOR, **more: Any) -> Json:
    """A ceiling of the tenant on that zone."""
    body = {"tenant_id": park.ids[tenant], "zone_id": park.ids[zone], **more}
    answer = await park.post(by, "/ceilings", body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def form(park: Park, by: Somebody, name: str, *people: Somebody, **more: Any) -> Json:
    """A group with these people in it; its id is the park's under its name."""
    answer = await park.post(by, "/groups", {"name": name, **more})
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    park.ids[name] = found["group_id"]
    add = {"add": [park.ids[each.email] for each in people]}
    assert (await park.post(by, f"/groups/{found['group_id']}/members", add)).status_code == 200
    return found


async def why(
    park: Park, who: Somebody, point: str, *, by: Somebody = OPERATOR, at: datetime | None = None
) -> Json:
    asked: Json = {"access_point_id": park.ids[point]} | ({} if at is None else {"at": at})
    answer = await park.get(by, f"/people/{park.ids[who.email]}/why", **asked)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def who(park: Park, point: str, *, by: Somebody = OPERATOR, **asked: Any) -> set[str]:
    """The ids of the people who may pass there."""
    path = f"/access-points/{park.ids[point]}/who"
    return {row["person_id"] for row in await every(park, by, path, **asked)}


async def reach(park: Park, who: Somebody, *, by: Somebody = OPERATOR, **asked: Any) -> set[str]:
    """The ids of the zones and access points that somebody reaches."""
    path = f"/people/{park.ids[who.email]}/reach"
    rows = await every(park, by, path, **asked)
    return {row["zone_id"] or row["access_point_id"] for row in rows}


async def every(park: Park, by: Somebody, path: str, **asked: Any) -> list[Json]:
    """All rows of a list, page by page."""
    rows: list[Json] = []
    more: Json = {}
    while True:
        answer = await park.get(by, path, **asked, **more)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        rows += page["items"]
        if page["next"] is None:
            return rows
        more = {"cursor": page["next"]}
