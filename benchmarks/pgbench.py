"""pgbench, PostgreSQL's own client: the limit of what a service could do with these statements."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.postgres import EmbeddedPostgres

EACH = 100_000
"""So many numbers are a client's own."""
NUMBER = f"\\set number :number + 1\n\\set unique :beyond + :client_id * {EACH} + :number\n"


@dataclass(frozen=True)
class Done:
    """What pgbench did; `told` is all that it says."""

    transactions: int
    per_second: float
    told: str


async def pgbench(
    server: EmbeddedPostgres,
    database: str,
    statements: Sequence[str],
    *,
    connections: int,
    seconds: float,
    beyond: int = 0,
) -> Done:
    """These statements at random, prepared, each a transaction. In them `:unique` is a number above
    `beyond` that no other transaction of the run has.
    """
    with tempfile.TemporaryDirectory() as folder:
        scripts = [Path(folder) / f"{number}.sql" for number in range(len(statements))]
        for script, statement in zip(scripts, statements, strict=True):
            script.write_text(f"{NUMBER}{statement};\n")
        process = await asyncio.create_subprocess_exec(
            *(str(server.program("pgbench")), "--no-vacuum", "--protocol=prepared"),
            *(f"--client={connections}", "--jobs=2", f"--time={max(round(seconds), 1)}"),
            *("--define=number=0", f"--define=beyond={beyond}"),
            *(f"--file={script}" for script in scripts),
            server.url(database),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C"},
        )
        told = (await process.communicate())[0].decode()
    if process.returncode:
        raise RuntimeError(told)
    done = _number(r"transactions actually processed: (\d+)", told)
    return Done(int(done), _number(r"tps = ([\d.]+)", told), told)


def _number(pattern: str, told: str) -> float:
    found = re.search(pattern, told)
    if found is None:
        raise RuntimeError(told)
    return float(found.group(1))
