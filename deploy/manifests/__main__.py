"""`python -m deploy.manifests check`: do all overlays hold? `… check FOLDER`: does that one?
`… write`: what is derived, anew. `… fetch`: the operators' schemas that a registry has.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploy.manifests.derived import DERIVED
from deploy.manifests.published import fetch
from deploy.manifests.rendering import K8S, OVERLAYS, DoesNotRender, rendered
from deploy.manifests.rules import RULES
from deploy.manifests.schemas import against_schemas

PLACES = tuple(K8S / "overlays" / name for name in OVERLAYS)


def complaints(places: Sequence[Path] = PLACES) -> Iterator[str]:
    """Everything that does not hold."""
    for path, text in DERIVED.items():
        if path.read_text() != text():
            yield f"{path.name} is stale: run `python -m deploy.manifests write` and commit it."
    for place in places:
        try:
            resources = rendered(place)
        except DoesNotRender as why:
            yield f"{place.name} does not render: {why}"
            continue
        for check in (against_schemas, *RULES):
            yield from (f"{place.name}: {complaint}" for complaint in check(resources))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.manifests", description=__doc__)
    parser.add_argument("task", choices=["check", "write", "fetch"])
    parser.add_argument("folder", nargs="*", type=Path, default=PLACES)
    asked = parser.parse_args()
    match asked.task:
        case "write":
            for path, text in DERIVED.items():
                path.write_text(text())
        case "fetch":
            fetch()
        case _:
            sys.exit("\n".join(complaints(asked.folder)) or None)


if __name__ == "__main__":
    main()
