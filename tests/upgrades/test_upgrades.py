"""One service at a time is upgraded: the last release and this code share broker and database.

`released.json` is what the last release says and reads. What differs from it and may, is named
below with its reason, until the next release is written down.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
from alembic.script import ScriptDirectory

from shared.events import Envelope, Event
from shared.messaging.topology import SERVICES
from shared.migrate import Standing, config_of, migrate, standing_of
from tests.contracts.schemas import breaks
from tests.support.postgres import FreshDatabase
from tests.support.releases import ROOT
from tests.upgrades.release import events_now, head_of, released, tables_of
from tests.upgrades.samples import samples

Json = dict[str, Any]
RELEASED, NOW = released(), events_now()
CONTRACTED: dict[str, str] = {}
"""`service.table.column` that went although the last release reads it: none may, but one that it
had said to read no more.
"""
NARROWED: dict[str, str] = {}
"""`service.table.rule` that is new on a table of the last release: why its rows keep it."""


READ_WHOLE = {
    "access": ("controller_keys", "decisions", "journal_entries"),
    "visitors": ("known_people",),
    "booking": ("rooms", "known_people"),
}
"""What the last release reads by `SELECT *`: prepared once a connection, and PostgreSQL runs it no
more once there is another column. This code has no such statement, so the next release has none.
"""
ALL_COLUMNS = re.compile(r"SELECT\s+(?:\w+\.)?\*|,\s*\w+\.\*")
NO_TABLE_OF_OURS = {"SELECT summed.*", "SELECT shown.*", "SELECT p.*", "SELECT t.*"}
"""Of rows that the statement itself has made."""


def _migrated(service: str, url: str) -> None:
    migrate(service, url=url)


_MIGRATE = {service: partial(_migrated, service) for service in SERVICES}


@pytest.mark.parametrize("name", RELEASED["events"])
def test_what_the_last_release_says_is_understood_here(name: str) -> None:
    for said in samples(RELEASED["events"][name]["writer"]):
        envelope = Envelope(
            id=uuid4(),
            source="/parvis/released",
            type=name,
            subject="subject/1",
            time=datetime.now(UTC),
            sequence=1,
            data=said,
        )
        assert Event.from_envelope(envelope).name == name


@pytest.mark.parametrize("name", RELEASED["events"])
def test_what_is_said_here_is_understood_by_the_last_release(name: str) -> None:
    for said in samples(NOW[name]["writer"]):
        jsonschema.validate(said, RELEASED["events"][name]["reader"])


@pytest.mark.parametrize("name", RELEASED["events"])
def test_no_event_has_changed_but_by_what_hurts_nobody(name: str) -> None:
    assert breaks(RELEASED["events"][name], NOW[name]) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_database_of_the_last_release_is_brought_up_to_date(service: str) -> None:
    history = ScriptDirectory.from_config(config_of(service))
    lower = RELEASED["heads"][service]
    steps = [each.revision for each in history.iterate_revisions("head", lower)]
    assert (steps or [lower])[0] == head_of(service)
    assert standing_of(service, lower) in {Standing.OLDER, Standing.CURRENT}


@pytest.mark.parametrize("service", SERVICES)
async def test_the_last_release_goes_on_working_on_the_new_schema(
    service: str, fresh_database: FreshDatabase
) -> None:
    url = await fresh_database(service, _MIGRATE[service])
    now = await tables_of(url)
    assert list(hurts(service, RELEASED["tables"][service], now)) == []


def hurts(service: str, before: Json, after: Json) -> list[str]:
    """What the last release would stumble over."""
    found = []
    for table, was in before.items():
        columns = after.get(table, {"columns": {}})["columns"]
        for column, old in was["columns"].items():
            place = f"{service}.{table}.{column}"
            if column not in columns:
                found += [] if place in CONTRACTED else [f"{place} is gone"]
            elif columns[column]["type"] != old["type"]:
                found.append(f"{place} is {columns[column]['type']} and was {old['type']}")
            elif columns[column]["is_needed"] and not (old["is_needed"] or old["is_filled"]):
                found.append(f"{place} must now be given")
            elif old["is_filled"] and not columns[column]["is_filled"] and old["is_needed"]:
                found.append(f"{place} is filled in no more")
        for column in columns.keys() - was["columns"].keys():
            if table in READ_WHOLE[service]:
                found.append(f"{service}.{table}.{column} is new where all columns are read")
            if columns[column]["is_needed"] and not columns[column]["is_filled"]:
                found.append(f"{service}.{table}.{column} is new and must be given")
        rules = after.get(table, {"rules": {}})["rules"]
        for name, rule in rules.items():
            place = f"{service}.{table}.{name}"
            if not _allows_as_much(was["rules"].get(name), rule) and place not in NARROWED:
                found.append(f"{place} is a rule that the last release does not know: {rule}")
    return found


def _allows_as_much(old: str | None, new: str) -> bool:
    """The same, or one that allows more words."""
    if old is None:
        return False
    form, words = re.compile(r"ARRAY\[.*?\]"), re.compile(r"'([^']*)'")
    is_of_same_form = form.sub("", old) == form.sub("", new)
    return old == new or (is_of_same_form and {*words.findall(old)} <= {*words.findall(new)})


def _drop(tables: Json) -> None:
    del tables["bookings"]["columns"]["title"]


def _retype(tables: Json) -> None:
    tables["bookings"]["columns"]["version"]["type"] = "text"


def _need(tables: Json) -> None:
    tables["bookings"]["columns"]["mood"] = {"type": "text", "is_needed": True, "is_filled": False}


def _forbid(tables: Json) -> None:
    tables["bookings"]["rules"]["bookings_mood"] = "CHECK ((mood = 'good'))"


def _allow_less(tables: Json) -> None:
    rules = tables["bookings"]["rules"]
    rules["bookings_status"] = rules["bookings_status"].replace("'released'::text, ", "")


def _add_where_all_are_read(tables: Json) -> None:
    tables["rooms"]["columns"]["mood"] = {"type": "text", "is_needed": False, "is_filled": False}


def _lose(tables: Json) -> None:
    del tables["participants"]


@pytest.mark.parametrize(
    "change", [_drop, _retype, _need, _forbid, _allow_less, _add_where_all_are_read, _lose]
)
def test_a_migration_that_hurts_the_last_release_is_noticed(change: Callable[[Json], None]) -> None:
    before = RELEASED["tables"]["booking"]
    after = copy.deepcopy(before)
    assert hurts("booking", before, after) == []
    change(after)
    assert hurts("booking", before, after), change.__name__


def test_no_statement_reads_all_columns_of_a_table() -> None:
    for part in ("services", "shared"):
        for path in (ROOT / part).rglob("*.py"):
            if "migrations" not in path.parts:
                found = set(ALL_COLUMNS.findall(path.read_text()))
                assert found <= NO_TABLE_OF_OURS, f"{path}: name the columns (see READ_WHOLE)"


def test_an_event_that_hurts_the_last_release_is_noticed() -> None:
    schemas = copy.deepcopy(RELEASED["events"]["booking.confirmed.v1"])
    del schemas["writer"]["$defs"]["BookingFacts"]["properties"]["room_id"]
    schemas["writer"]["$defs"]["BookingFacts"]["required"].remove("room_id")
    said = next(samples(schemas["writer"]))
    with pytest.raises(jsonschema.ValidationError, match="room_id"):
        jsonschema.validate(said, RELEASED["events"]["booking.confirmed.v1"]["reader"])
