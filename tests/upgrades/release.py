"""What the last release says and reads: its events' schemas, its tables, its migrations' heads; and
at which commit it was made, so that its code can be run beside this.

`python -m tests.upgrades.release` writes it down when a release is made; from then on the tests
here hold everything that follows to it.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
from alembic.script import ScriptDirectory

from deploy.local.databases import own_databases
from deploy.local.temporary import temporary_server
from shared.events import all_events
from shared.messaging.topology import SERVICES
from shared.migrate import config_of, migrate
from tests.contracts.schemas import schemas_of

FILE = Path(__file__).parent / "released.json"
Json = dict[str, Any]

_COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable = 'NO' AS is_needed,
       column_default IS NOT NULL OR is_identity = 'YES' OR is_generated <> 'NEVER' AS is_filled
FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
"""
_RULES = """
SELECT conrelid::regclass::text AS table_name, conname, pg_get_constraintdef(oid) AS rule
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'u', 'x', 'f')
ORDER BY 1, 2
"""


async def tables_of(url: str) -> Json:
    """Columns and rules of each table of a database."""
    connection = await asyncpg.connect(url)
    try:
        found: Json = {}
        for row in await connection.fetch(_COLUMNS):
            table = found.setdefault(row["table_name"], {"columns": {}, "rules": {}})
            table["columns"][row["column_name"]] = {
                "type": row["data_type"],
                "is_needed": row["is_needed"],
                "is_filled": row["is_filled"],
            }
        for row in await connection.fetch(_RULES):
            found[row["table_name"]]["rules"][row["conname"]] = row["rule"]
        return found
    finally:
        await connection.close()


def head_of(service: str) -> str:
    head = ScriptDirectory.from_config(config_of(service)).get_current_head()
    assert head is not None
    return head


def events_now() -> Json:
    """The schemas of every event, as JSON gives them back, without words that only people read."""
    schemas = {name: schemas_of(event) for name, event in sorted(all_events().items())}
    found: Json = bare(json.loads(json.dumps(schemas)))
    return found


def bare(schema: Any) -> Any:
    """A property may be named `title`; what a schema says of itself by that is a text."""
    if isinstance(schema, list):
        return [bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: bare(value)
        for key, value in schema.items()
        if not (key in {"title", "description", "examples"} and isinstance(value, str | list))
    }


def released() -> Json:
    found: Json = json.loads(FILE.read_text())
    return found


def write(commit: str, events: Json, heads: Json, tables: Json) -> None:
    whole = {"heads": heads, "tables": tables, "events": events}
    parts = (
        f'"{part}":{{\n{",".join(_line(name, each) for name, each in sorted(found.items()))}}}'
        for part, found in whole.items()
    )
    FILE.write_text("{" + ",\n".join((f'"commit":"{commit}"', *parts)) + "}\n")


def _line(name: str, found: Any) -> str:
    """One line each, so that two releases can be compared by eye."""
    return f'"{name}":{json.dumps(found, sort_keys=True, separators=(",", ":"))}\n'


def commit_at_hand() -> str:
    """Whose code this is. Ends where it is nobody's yet: what is released can be had again."""
    if changed := _git("status", "--porcelain"):
        sys.exit(f"Commit first; a release is a commit:\n{changed}")
    return _git("rev-parse", "HEAD").strip()


def _git(*command: str) -> str:
    return subprocess.run(["git", *command], capture_output=True, text=True, check=True).stdout


def main() -> None:
    commit = commit_at_hand()
    with temporary_server() as server:
        urls = asyncio.run(own_databases(server, SERVICES))
        for name, url in urls.items():
            migrate(name, url=url)
        tables = {name: asyncio.run(tables_of(url)) for name, url in urls.items()}
    write(commit, events_now(), {name: head_of(name) for name in SERVICES}, tables)
    print(f"{FILE.name} says what {commit[:12]} says and reads. Commit it, and tag {commit[:12]}.")


if __name__ == "__main__":
    main()
