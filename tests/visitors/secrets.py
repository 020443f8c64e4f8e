"""What a company keeps to itself: everything that visitors knows of it, and how one would ask."""

from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from shared.events.directory import PersonListed
from shared.identity.listed import Role
from tests.support.asked import KEY
from tests.visitors.park import (
    ADMIN,
    AMAL,
    BADR,
    DESK,
    NINE,
    OTHER_DESK,
    TEN,
    Park,
    a_person,
    heard,
)
from tests.visitors.scans.test_scan import token
from tests.visitors.webhooks.endpoint import names

CHADIA, GONE = "chadia@acme.example", "gone@acme.example"
EVERY_ROLE = tuple(role.value for role in Role)
SET_ASIDE = ("alembic_version", "known_sign_ins", "remembered_answers")
"""Tables that hold how one works, and nothing that stands."""
WALL = "2027-03-02T09:00:00"
HOURS = [{"weekday": day, "opens": "07:00", "closes": "20:00"} for day in range(1, 8)]


@dataclass
class Secrets:
    """Acme's, by what they are called in addresses; `words` are found in no answer to others."""

    park: Park
    ids: dict[str, list[str]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    of_colleagues: set[str] = field(default_factory=set)
    """What nobody from elsewhere is told; colleagues may know it."""
    tags: dict[str, str] = field(default_factory=dict)
    """By address, what its owner was told."""
    wish: dict[str, Any] = field(default_factory=dict)
    """What Amal invited her visitor with, under `KEY`."""
    pass_token: str = ""
    cursors: dict[str, str] = field(default_factory=dict)
    sync: str = ""
    own: dict[str, str] = field(default_factory=dict)
    """Of the other company: a visit, its visitor, its tenant."""

    def one(self, name: str) -> str:
        return self.ids[name][0]

    @property
    def all_ids(self) -> set[str]:
        return {each for ids in self.ids.values() for each in ids} | self.of_colleagues

    async def state(self) -> list[str]:
        """All that stands, to be the same before and after."""
        tables = await self.park.query(
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        rows: list[str] = []
        for table in tables:
            if table.name not in SET_ASIDE:
                found = await self.park.query(f"SELECT t::text AS row FROM {table.name} AS t")
                rows += sorted(row.row for row in found)
        return rows


async def acmes_secrets(park: Park) -> Secrets:
    """Visits of every kind, and whatever a company can keep here; a little of another company's."""
    found = Secrets(park)
    park.ground.database.info["surroundings"] = replace(
        park.ground.database.info["surroundings"], guard=names()
    )
    for email in (CHADIA, GONE):
        person = a_person(park.tenant_id, email=email)
        park.people[email] = person
        await park.hear(heard(PersonListed(person=person)))
    acme = {str(facts.person_id) for facts in park.people.values() if "acme" in facts.email}
    found.of_colleagues = {str(park.tenant_id), "@acme.example", *acme}
    await _of_the_company(found)
    await _visits(found)
    await _beside_visits(found)
    await _of_others(found)
    return found


async def _of_the_company(found: Secrets) -> None:
    park, path = found.park, f"/v1/tenants/{found.park.tenant_id}"
    admin = park.as_(ADMIN, "tenant_admin")
    policy = {"admits": "desk_first", "lead_minutes": 30, "grace_minutes": 30, "hours": HOURS}
    await _put(park, f"{path}/visit-policy", policy | {"walk_in_approval": "host"}, admin)
    await _put(park, f"{path}/badge-template", {"title": "Zeta", "note": "Wi-Fi zeta-gast"}, admin)
    words = {"title": {"fr": "Zeta"}, "text": {"fr": "Secrets de Zeta"}}
    document = await _made(park, f"{path}/visit-documents", words, admin)
    hook = await _made(park, f"{path}/webhooks", {"url": "https://hooks.example/zeta-hook"}, admin)
    channel = {"address": "https://hooks.slack.com/services/T0ZETA/B0ZETA/q8Xw2Zr7Zeta"}
    kinds = {"kinds": ["host_told"]}
    await _put(park, f"{path}/notice-channels/zeta-desk", channel | kinds, admin)
    found.ids["name"] = ["zeta-desk"]
    found.ids["tenant_id"] = [str(park.tenant_id)]
    found.ids["document_id"] = [document["document_id"]]
    found.ids["webhook_id"] = [hook["webhook_id"]]
    found.words |= {hook["webhook_id"], hook["secret"], "zeta-hook", "zeta-desk"}
    found.of_colleagues |= {document["document_id"], "zeta-gast", "Secrets de Zeta"}
    group = {"name": "Jury Zeta", "members": [{"given_name": "Zeta", "family_name": "Alaoui"}]}
    kept = await _made(park, "/v1/visitor-groups", group, park.as_(AMAL))
    found.ids["group_id"] = [kept["group_id"]]
    found.words |= {kept["group_id"], "Jury Zeta"}
    answer = await park.http.put(
        f"/v1/me/assistants/{park.person_id(CHADIA)}", headers=park.as_(BADR)
    )
    assert answer.status_code == 204, answer.text
    found.ids["person_id"] = [str(park.person_id(AMAL))]


async def _visits(found: Secrets) -> None:
    park = found.park
    visitor = {"given_name": "Karim", "family_name": "Zetaoui", "company": "Zeta SA"}
    found.wish = {
        "visitor": visitor | {"email": "karim@zeta.example", "phone": "+212 600 11 22 33"},
        "starts_at": NINE.isoformat(),
        "ends_at": TEN.isoformat(),
        "private_note": "Rachat Zeta",
        "accessibility": "Zeta lift",
        "plate": "12345-Z-6",
    }
    expected = await _made(park, "/v1/visits", found.wish, park.as_(AMAL) | KEY)
    draft = await park.a_visit(is_draft=True, visitor=visitor)
    cancelled = await park.a_visit(visitor=visitor)
    await park.do(cancelled, "cancel", by=AMAL)
    park.now = NINE
    host = {"visitor": visitor, "host_id": str(park.person_id(AMAL))}
    pending = (await _made(park, "/v1/desk/walk-ins", host, park.as_(DESK)))["visit"]
    here, gone = await park.a_visit(visitor=visitor), await park.a_visit(visitor=visitor)
    for visit in (here, gone):
        document_id = found.one("document_id")
        accepted = await park.do(visit, "acceptances", document_id=document_id, version=1)
        assert accepted.status_code == 200
        assert (await park.do(visit, "check-in")).status_code == 200
    assert (await park.do(gone, "check-out")).status_code == 200
    every = [expected, draft, cancelled, pending, here, gone]
    found.ids["visit_id"] = [each["visit_id"] for each in every]
    found.ids["visitor_id"] = list({each["visitor"]["visitor_id"]: 0 for each in every})
    found.ids["desk_code"] = [each["desk_code"] for each in every]
    found.words |= {"Zetaoui", "Zeta SA", "zeta.example", "Rachat Zeta", "Zeta lift", "12345-Z-6"}
    for name in ("visit_id", "visitor_id", "desk_code"):
        found.words |= set(found.ids[name])


async def _beside_visits(found: Secrets) -> None:
    park = found.park
    recurring = {
        "visitor": {"given_name": "Lina", "family_name": "Zetaoui"},
        "starts_wall": WALL,
        "minutes": 30,
        "rrule": "FREQ=DAILY;COUNT=3",
    }
    series = await _made(park, "/v1/visit-series", recurring, park.as_(AMAL))
    found.ids["series_id"] = [series["series_id"]]
    found.words |= {series["series_id"], *(day["visit_id"] for day in series["days"])}
    found.words |= {series["visitor"]["visitor_id"]} if "visitor" in series else set()
    rows = await park.query("SELECT id FROM webhook_deliveries")
    found.ids["delivery_id"] = [str(rows[0].id)]
    found.words |= {str(row.id) for row in rows}
    for name, path in (("visit_id", "visits"), ("series_id", "visit-series")):
        for each in found.ids[name]:
            answer = await park.http.get(f"/v1/{path}/{each}", headers=park.as_(AMAL))
            found.tags[each] = answer.headers["etag"]
    for path in ("visits", f"visits/{found.one('visit_id')}/steps", "visit-series"):
        page = await park.http.get(f"/v1/{path}", params={"limit": 1}, headers=park.as_(AMAL))
        found.cursors[path.rpartition("/")[2]] = page.json()["next"] or "bm9uZQ=="
    board = await park.http.get("/v1/desk/board", headers=park.as_(DESK))
    found.sync = board.json()["sync"]
    found.pass_token = await token(park, {"visit_id": found.one("visit_id")})
    found.words.add(found.pass_token)


async def _of_others(found: Secrets) -> None:
    park = found.park
    own = await park.a_visit(by=OTHER_DESK, visitor={"email": "own@visitor.example"})
    found.own = {
        "visit_id": own["visit_id"],
        "visitor_id": own["visitor"]["visitor_id"],
        "tenant_id": str(park.other_tenant_id),
    }


async def _made(park: Park, path: str, body: Any, headers: dict[str, str]) -> Any:
    answer: httpx.Response = await park.http.post(path, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _put(park: Park, path: str, body: Any, headers: dict[str, str]) -> None:
    answer = await park.http.put(path, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
