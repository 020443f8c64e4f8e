"""Each reason has its word in BACnet and ONVIF, and its rule in three languages."""

import pytest

from services.access.credentials.domain import BadgeStatus
from services.access.decisions.domain import IN_THE_FIELD, Reason
from services.access.decisions.domain.reasons import REASON_OF_STATUS
from services.access.decisions.domain.standards import AccessEvent
from services.access.decisions.explanation import RULES
from shared.web.language import Catalogue

GRANTS = {Reason.RIGHT, Reason.WAY_OUT, Reason.UNLOCKED, Reason.EVACUATION}


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_said_in_the_words_of_the_field(reason: Reason) -> None:
    said = IN_THE_FIELD[reason]
    if reason in GRANTS:
        assert (said.bacnet, said.onvif) == (AccessEvent.GRANTED, None)
    else:
        assert 128 <= said.bacnet <= 164
        assert said.onvif is not None
        assert said.bacnet_name.startswith("denied-")


def test_some_reasons_are_said_as_the_standards_mean_them() -> None:
    assert IN_THE_FIELD[Reason.PASSBACK].bacnet == 138
    assert IN_THE_FIELD[Reason.PASSBACK].bacnet_name == "denied-passback"
    assert IN_THE_FIELD[Reason.PIN_WRONG].onvif == "InvalidPIN"
    assert IN_THE_FIELD[Reason.OUTSIDE_SCHEDULE].onvif == "NotPermittedAtThisTime"
    assert IN_THE_FIELD[Reason.CREDENTIAL_LOST].bacnet == 143


def test_every_state_of_a_badge_but_active_has_a_reason() -> None:
    assert set(REASON_OF_STATUS) == set(BadgeStatus) - {BadgeStatus.ACTIVE}


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_rule_is_said_in_every_language(language: str) -> None:
    words = Catalogue.of("access")
    assert set(RULES) == set(Reason)
    for rule in RULES.values():
        said = words.text(rule, language=language)  # type: ignore[arg-type]  # parametrized text
        assert said != rule
