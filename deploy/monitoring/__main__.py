"""`python -m deploy.monitoring check`: do alerts and dashboards hold? `… write`: dashboards, anew.
`… fetch`: promtool.
"""

import argparse
import sys
from collections.abc import Iterator

from deploy.monitoring import promtool
from deploy.monitoring.boards import DASHBOARDS, text_of
from deploy.monitoring.queries import HERE, not_there, queries, unreadable


def complaints() -> Iterator[str]:
    """Everything that does not hold."""
    for board in DASHBOARDS:
        path = HERE / "dashboards" / f"{board.uid}.json"
        if not path.exists() or path.read_text() != text_of(board):
            yield f"{path.name} is stale: run `python -m deploy.monitoring write` and commit it."
    yield from not_there(queries())
    yield from unreadable()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.monitoring", description=__doc__)
    parser.add_argument("task", choices=["check", "write", "fetch"])
    try:
        match parser.parse_args().task:
            case "write":
                for board in DASHBOARDS:
                    (HERE / "dashboards" / f"{board.uid}.json").write_text(text_of(board))
            case "fetch":
                promtool.fetch()
            case _:
                sys.exit("\n".join(complaints()) or None)
    except promtool.NoPromtool as why:
        sys.exit(str(why))


if __name__ == "__main__":
    main()
