"""`python -m deploy.manifests check`: do all overlays hold? `… write`: what is derived, anew.
`… fetch`: the operators' schemas that a registry has.
"""

import argparse
import sys
from collections.abc import Iterator

from deploy.manifests.derived import DERIVED
from deploy.manifests.published import fetch
from deploy.manifests.rendering import OVERLAYS, DoesNotRender, overlay
from deploy.manifests.rules import RULES
from deploy.manifests.schemas import against_schemas


def complaints() -> Iterator[str]:
    """Everything that does not hold."""
    for path, text in DERIVED.items():
        if path.read_text() != text():
            yield f"{path.name} is stale: run `python -m deploy.manifests write` and commit it."
    for name in OVERLAYS:
        try:
            resources = overlay(name)
        except DoesNotRender as why:
            yield f"{name} does not render: {why}"
            continue
        for check in (against_schemas, *RULES):
            yield from (f"{name}: {complaint}" for complaint in check(resources))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.manifests", description=__doc__)
    parser.add_argument("task", choices=["check", "write", "fetch"])
    match parser.parse_args().task:
        case "write":
            for path, text in DERIVED.items():
                path.write_text(text())
        case "fetch":
            fetch()
        case _:
            sys.exit("\n".join(complaints()) or None)


if __name__ == "__main__":
    main()
