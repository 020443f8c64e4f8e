"""The park as production renders it, for tests that make one mistake in it."""

from collections.abc import Callable
from copy import deepcopy

from deploy.manifests.rendering import Json, overlay
from deploy.manifests.rules import RULES
from deploy.manifests.schemas import against_schemas

Park = list[Json]
Mistake = Callable[[Park], object]


def find(park: Park, kind: str, name: str) -> Json:
    return next(each for each in park if each["kind"] == kind and each["metadata"]["name"] == name)


def pod(park: Park, name: str = "booking-api", kind: str = "Deployment") -> Json:
    found: Json = find(park, kind, name)["spec"]["template"]["spec"]
    return found


def container(park: Park, name: str = "booking-api") -> Json:
    found: Json = pod(park, name)["containers"][0]
    return found


def spec(park: Park, kind: str, name: str) -> Json:
    found: Json = find(park, kind, name)["spec"]
    return found


def without(park: Park, kind: str, name: str) -> None:
    park.remove(find(park, kind, name))


def told(park: Park) -> list[str]:
    """All that is said of it; schemas judge what is not as it was."""
    changed = [each for each in park if each not in overlay("production")]
    return [*against_schemas(changed), *(said for rule in RULES for said in rule(park))]


def notices(mistake: Mistake, complaint: str) -> bool:
    park = [deepcopy(each) for each in overlay("production")]
    mistake(park)
    return any(complaint in each for each in told(park))
