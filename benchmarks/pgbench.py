"""What PostgreSQL itself can do: pgbench sends the very statement that writes decisions, prepared,
one row at a time, with rows of the very shape that the service writes.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import asyncpg
import orjson

from benchmarks.doors import Doors
from benchmarks.reference.reads import SeededRead
from services.access.decisions import store
from services.access.decisions.domain import Question, Read, find
from services.access.decisions.judged import judge
from services.access.policy.domain import Policy
from services.access.policy.store import catch_up
from services.access.schedules.domain import SpecialDays

SHAPES = 16
"""So many different rows, in turn at random."""
NEW = {"entry_id": "gen_random_uuid()", "decision_id": "gen_random_uuid()", "sequence": ":read"}
NUMBER = "\\set number :number + 1\n\\set read :beyond + :client_id * 10000000 + :number\n"


async def one_insert(doors: Doors, *, connections: int, seconds: float) -> float:
    """Transactions a second. Raises where any of them wrote nothing."""
    before = await _decisions(doors)
    with tempfile.TemporaryDirectory() as folder:
        scripts = []
        for number, statement in enumerate(await _statements(doors)):
            scripts.append(Path(folder) / f"{number}.sql")
            scripts[-1].write_text(f"{NUMBER}{statement};\n")
        told = await _pgbench(doors, scripts, connections=connections, seconds=seconds)
    written = await _decisions(doors) - before
    if written != int(_told(r"transactions actually processed: (\d+)", told)):
        raise RuntimeError(f"pgbench wrote {written} decisions:\n{told}")
    return _told(r"tps = ([\d.]+)", told)


async def _pgbench(
    doors: Doors, scripts: Sequence[Path], *, connections: int, seconds: float
) -> str:
    # Above every number that was used, so that no row meets another.
    beyond = next(doors.numbers) + 1_000_000_000 * connections
    process = await asyncio.create_subprocess_exec(
        *(str(doors.server.program("pgbench")), "--no-vacuum", "--protocol=prepared"),
        *(f"--client={connections}", "--jobs=2", f"--time={max(round(seconds), 1)}"),
        *("--define=number=0", f"--define=beyond={beyond}"),
        *(f"--file={script}" for script in scripts),
        doors.superusers_url,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "LC_ALL": "C"},
    )
    told, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(told.decode())
    return told.decode()


def _told(pattern: str, told: str) -> float:
    found = re.search(pattern, told)
    if found is None:
        raise RuntimeError(told)
    return float(found.group(1))


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
