"""Every refusal of booking can be said in French and in Arabic, with the same blanks to fill."""

import re
from collections.abc import Iterator

import pytest

from services.booking.service import SERVICE
from shared.errors import Refusal
from shared.web.language import Catalogue


def refusals(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith(f"services.{SERVICE.name}."):
            yield one
        yield from refusals(one)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_refusal_is_said_in_every_language(language: str) -> None:
    words = Catalogue.of("booking")
    found = {one.message for one in refusals(Refusal)}
    assert len(found) > 20
    for message in sorted(found):
        said = words.text(message, language=language)  # type: ignore[arg-type]  # parametrized text
        assert said != message
        assert sorted(re.findall(r"{\w+}", said)) == sorted(re.findall(r"{\w+}", message))
