"""What tests of schedules and special days ask of the park."""

from typing import Any

import httpx
import orjson

from tests.access.park import OPERATOR, Json, Park, Somebody

HOLIDAY_NAMES = {"fr": "Jours fériés", "ar": "أيام العطل", "en": "Public holidays"}
FACILITY = Somebody("facility@landlord.example", ("facility_manager",))
OFFICE = [{"days": ["MO", "TU", "WE", "TH", "FR"], "begins": "08:00", "ends": "18:00"}]


def hours(code: str = "office", **changes: Any) -> Json:
    return {"code": code, "name": code.title(), "weekly": OFFICE, **changes}


async def add_schedule(park: Park, code: str = "office", **changes: Any) -> str:
    """A shared one; its id."""
    made = await park.made("/schedules", hours(code, **changes))
    return str(made["schedule_id"])


async def add_group(park: Park, code: str = "holidays") -> str:
    made = await park.made("/special-day-groups", {"code": code, "names": HOLIDAY_NAMES})
    return str(made["group_id"])


async def put(park: Park, who: Somebody, path: str, body: Json, **headers: str) -> httpx.Response:
    """`if_match=…` is sent as `If-Match`."""
    return await park.http.put(f"/v1{path}", headers=_headers(park, who, headers), json=body)


async def post(
    park: Park, who: Somebody, path: str, body: Json | None = None, **headers: str
) -> httpx.Response:
    given = _headers(park, who, headers)
    return await park.http.post(f"/v1{path}", headers=given, json=body or {})


def _headers(park: Park, who: Somebody, more: dict[str, str]) -> dict[str, str]:
    return park.headers(who) | {name.replace("_", "-"): value for name, value in more.items()}


async def is_open(park: Park, schedule_id: str, at: str) -> bool:
    answer = await park.get(OPERATOR, f"/schedules/{schedule_id}/hours", **{"from": at})
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["is_open"])


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def acts(park: Park) -> list[tuple[str, Json]]:
    """What the journal says that people did, but to controllers; in order."""
    query = """
        SELECT reason, author_id, details::text FROM journal_entries
        JOIN journal_particulars USING (entry_id)
        WHERE kind = 'act' AND controller_id IS NULL ORDER BY position
    """
    rows = await park.rows(query)
    assert all(row["author_id"] for row in rows)
    return [(row["reason"], orjson.loads(row["details"])) for row in rows]
