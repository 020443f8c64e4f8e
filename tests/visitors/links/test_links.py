"""Links: what this key has signed, and nothing else."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visitors.links.domain import Link, Links, NoSuchLink, Purpose, read_link

KEY, OTHER_KEY = bytes(range(32)), bytes(32)
VISIT, HOST = uuid4(), uuid4()
OF_VISITOR = Link.of_visitor(Purpose.SAY_LATE, VISIT, pass_rotation=3)
OF_HOST = Link.of_host(Purpose.MOVE, VISIT, host_id=HOST)


@pytest.mark.parametrize("link", [OF_VISITOR, OF_HOST])
def test_a_link_is_read_as_it_was_made(link: Link) -> None:
    assert read_link(link.token(KEY), [KEY]) == link


@pytest.mark.parametrize("link", [OF_VISITOR, OF_HOST])
def test_another_key_has_signed_nothing(link: Link) -> None:
    with pytest.raises(NoSuchLink):
        read_link(link.token(OTHER_KEY), [KEY])


@given(at=st.integers(min_value=0), sign=st.characters(codec="ascii"))
def test_a_link_with_one_sign_altered_is_none(at: int, sign: str) -> None:
    token = OF_VISITOR.token(KEY)
    place = at % len(token)
    altered = token[:place] + sign + token[place + 1 :]
    if altered != token:
        with pytest.raises(NoSuchLink):
            read_link(altered, [KEY])


@given(st.text(max_size=120))
def test_what_is_no_link_is_none(text: str) -> None:
    with pytest.raises(NoSuchLink):
        read_link(text, [KEY])


def test_what_one_link_is_bound_to_does_not_pass_for_another_purpose() -> None:
    tokens = {
        Link.of_visitor(purpose, VISIT, pass_rotation=rotation).token(KEY)
        for purpose in Purpose
        for rotation in range(3)
    }
    assert len(tokens) == 3 * len(Purpose)


def test_a_link_fits_into_a_line_of_a_mail() -> None:
    links = Links("https://visits.parvis.example", KEY)
    for address in (
        *links.of_visitor(VISIT, pass_rotation=0).values(),
        *links.of_host(VISIT, host_id=HOST).values(),
    ):
        assert address.startswith("https://visits.parvis.example/v1/links/")
        assert len(address) < 200
