"""What PostgreSQL itself can do: pgbench sends the very statement that writes decisions, prepared,
one row at a time, with rows of the very shape that the service writes.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, cast

import asyncpg
import orjson

from benchmarks.doors import Doors
from benchmarks.pgbench import pgbench
from benchmarks.reference.reads import SeededRead
from services.access.decisions import store
from services.access.decisions.domain import Question, Read, find
from services.access.decisions.judged import judge
from services.access.policy.domain import Policy
from services.access.policy.store import catch_up
from services.access.schedules.domain import SpecialDays

SHAPES = 16
"""So many different rows, in turn at random."""
NEW = {"entry_id": "gen_random_uuid()", "decision_id": "gen_random_uuid()", "sequence": ":unique"}


async def one_decision(doors: Doors, *, connections: int, seconds: float) -> float:
    """Transactions a second. Raises where any of them wrote nothing."""
    before = await _decisions(doors)
    done = await pgbench(
        doors.server,
        "parvis_access",
        await _statements(doors),
        connections=connections,
        seconds=seconds,
        # Above every number that was used, so that no row meets another.
        beyond=next(doors.numbers) + 1_000_000_000 * connections,
    )
    written = await _decisions(doors) - before
    if written != done.transactions:
        raise RuntimeError(f"pgbench wrote {written} decisions:\n{done.told}")
    return done.per_second


async def _decisions(doors: Doors) -> int:
    connection = await asyncpg.connect(doors.superusers_url)
    try:
        return cast(int, await connection.fetchval("SELECT count(*) FROM decisions"))
    finally:
        await connection.close()


async def _statements(doors: Doors) -> list[str]:
    policy = Policy(SpecialDays("Africa/Casablanca"))
    connection = await asyncpg.connect(doors.database_url)
    try:
        await catch_up(policy, connection)
        names = await connection.fetch(
            "SELECT attname FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid"
            " WHERE relname = 'decision_row' ORDER BY attnum"
        )
    finally:
        await connection.close()
    columns = [row["attname"] for row in names]
    rows = [_row(policy, read) for read in doors.reader.reads(SHAPES)]
    return [_statement(dict(zip(columns, row, strict=True)), policy.version) for row in rows]


def _row(policy: Policy, read: SeededRead) -> tuple[Any, ...]:
    now = datetime.now(UTC)
    question = Question(read.point.access_point_id, 1, 0, now, Read.of_card(read.bits))
    found = find(policy, question, at=now)
    assert found is not None
    return judge(question, found, at=now, policy_version=policy.version).row()


def _statement(row: dict[str, Any], version: int) -> str:
    values = {name: _literal(name, value) for name, value in row.items()} | NEW
    asked = f"ARRAY[ROW({', '.join(values.values())})::decision_row]"
    return (
        store.WRITE.strip()
        .replace("$2::decision_row[]", asked)
        .replace("version = $1", f"version = {version}")
    )


def _literal(name: str, value: Any) -> str:
    if value is None:
        return "NULL"
    if name == "inputs":  # pgbench takes a colon before a word for a variable
        value = json.dumps(orjson.loads(value))
    if isinstance(value, bytes):
        value = f"\\x{value.hex()}"
    if isinstance(value, list | tuple):
        value = "{" + ",".join(str(each) for each in value) + "}"
    quoted = str(value).replace("'", "''")
    return f"'{quoted}'"
