"""Every refusal can be read in the park's three languages."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import services
import shared
from shared.errors import Refusal
from shared.web.language import Catalogue, language_of

PACKAGES = ["shared", "services.access", "services.visitors", "services.booking"]
PLACEHOLDER = re.compile(r"{\w+}")


def _import_everything(package: str, path: list[str]) -> None:
    for module in pkgutil.walk_packages(path, prefix=f"{package}."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def refusals_of(package: str) -> list[type[Refusal]]:
    """The refusals that code of this package may raise."""
    _import_everything("shared", list(shared.__path__))
    _import_everything("services", list(services.__path__))
    return [each for each in _below(Refusal) if each.__module__.startswith(f"{package}.")]


@pytest.mark.parametrize(
    "package", ["shared", "services.access", "services.visitors", "services.booking"]
)
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_refusal_is_translated_with_its_placeholders(package: str, language: str) -> None:
    catalogue = Catalogue((package,))._messages[language]  # type: ignore[index]  # fr and ar
    missing, different = [], []
    for refusal in refusals_of(package):
        translated = catalogue.get(refusal.message, "")
        if not translated:
            missing.append(refusal.message)
        elif set(PLACEHOLDER.findall(translated)) != set(PLACEHOLDER.findall(refusal.message)):
            different.append(refusal.message)
    assert (missing, different) == ([], [])


def test_codes_are_told_apart() -> None:
    for service in ("access", "visitors", "booking"):
        found: dict[str, type[Refusal]] = {}
        for refusal in refusals_of("shared") + refusals_of(f"services.{service}"):
            assert found.setdefault(refusal.code, refusal) is refusal
            found[refusal.code] = refusal


def test_every_refusal_is_a_sentence() -> None:
    for package in ("shared", "services"):
        for refusal in refusals_of(package):
            assert refusal.message[0].isupper(), refusal
            assert refusal.message.endswith("."), refusal


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("fr-MA,fr;q=0.9,en;q=0.5", "fr"),
        ("ar", "ar"),
        ("en;q=0.2, ar-MA;q=0.8", "ar"),
        ("fr;q=0, ar", "ar"),
        ("de, es", "en"),
        ("*;;q=x,,", "en"),
    ],
)
def test_the_callers_language_is_found(header: str | None, language: str) -> None:
    assert language_of(header) == language


def test_a_wish_without_end_costs_nothing() -> None:
    began = time.process_time()
    assert language_of("fr," + "x-y," * 1_000_000) == "fr"
    assert time.process_time() - began < 0.2
