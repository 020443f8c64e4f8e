"""PINs: which are too simple, which too close, and that only the key can test a digest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.access.pins.domain import (
    DuressPinTooClose,
    PinTooSimple,
    PinVerdict,
    digests_of,
    is_a_slip_away,
    is_simple,
    must_be_good,
    verdict_of,
)

PEPPER = b"p" * 32
DIGIT = "0123456789"


@pytest.mark.parametrize(
    "pin",
    ["0000", "99999999", "1212", "123123", "12341234", "1234", "4321", "7890", "9012", "0987"],
)
def test_repeats_and_runs_are_too_simple(pin: str) -> None:
    assert is_simple(pin)
    with pytest.raises(PinTooSimple):
        must_be_good(pin, None)
    with pytest.raises(PinTooSimple):
        must_be_good("5820394", pin)


@pytest.mark.parametrize("pin", ["5820", "1235", "0001", "1221", "58203947"])
def test_others_will_do(pin: str) -> None:
    must_be_good(pin, None)


@given(pin=st.text(alphabet=DIGIT, min_size=4, max_size=8), data=st.data())
def test_a_slip_of_the_finger_never_calls_security(pin: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(pin) - 1))
    digit = data.draw(st.sampled_from(DIGIT))
    slips = [
        pin,
        pin[:place] + digit + pin[place + 1 :],
        pin[:place] + pin[place + 1 :],
        pin[:place] + digit + pin[place:],
        pin[:place] + pin[place : place + 2][::-1] + pin[place + 2 :],
    ]
    for slip in slips:
        assert is_a_slip_away(pin, slip), slip
        assert is_a_slip_away(slip, pin), slip


def test_a_duress_pin_is_a_different_one() -> None:
    for close in ("5820", "5821", "5280", "58207", "15820"):
        with pytest.raises(DuressPinTooClose):
            must_be_good("5820", close)
    must_be_good("5820", "7164")
    must_be_good("5820", "582064")


def test_what_is_entered_is_right_wrong_or_forced() -> None:
    digest, forced = digests_of("5820", "7164", pepper=PEPPER)

    def found(entered: str, pepper: bytes = PEPPER) -> PinVerdict:
        return verdict_of(entered, digest=digest, duress_digest=forced, peppers=[pepper])

    assert found("5820") is PinVerdict.RIGHT
    assert found("7164") is PinVerdict.DURESS
    for wrong in ("5821", "", "58200", "٥٨٢٠", "\ud800", "x" * 4096):
        assert found(wrong) is PinVerdict.WRONG
    assert found("5820", pepper=b"q" * 32) is PinVerdict.WRONG
    assert (
        verdict_of("7164", digest=digest, duress_digest=None, peppers=[PEPPER]) is PinVerdict.WRONG
    )


def test_a_digest_says_its_cost_and_not_its_pin() -> None:
    digest, forced = digests_of("5820", "7164", pepper=PEPPER)
    again, _ = digests_of("5820", None, pepper=PEPPER)
    assert digest.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert forced is not None
    assert digest.split("$")[4] == forced.split("$")[4]  # one salt: one computation tells both
    assert len({digest, forced, again}) == 3
