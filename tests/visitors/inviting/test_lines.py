"""Lines that name visitors: tables with a heading, address lists, and what is neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visitors.inviting.domain import MOST_LINES, TooManyLines, lines_of


def fields(text: str) -> list[dict[str, str]]:
    return [dict(line.fields) for line in lines_of(text)]


CAMILLE = {"given_name": "Camille", "family_name": "Durand", "email": "c@visitor.example"}


@pytest.mark.parametrize(
    "text",
    [
        "Camille Durand <c@visitor.example>",
        "Camille Durand, c@visitor.example",
        "c@visitor.example; Camille Durand",
        "given_name,family_name,email\nCamille,Durand,c@visitor.example",
        "\ufeffPrénom;Nom;Courriel\r\nCamille;Durand;c@visitor.example\r\n",
        "E-Mail\tNom complet\nc@visitor.example\tCamille Durand",
        "البريد الإلكتروني,الاسم الشخصي,النسب\nc@visitor.example,Camille,Durand",
    ],
)
def test_the_same_visitor_is_named_in_many_ways(text: str) -> None:
    assert fields(text) == [CAMILLE]


def test_a_line_without_a_heading_is_read_by_its_looks() -> None:
    (found,) = fields("Karim Alami; Alami SARL; +212 522 00 00 00; karim@visitor.example")
    assert found == {
        "given_name": "Karim",
        "family_name": "Alami",
        "company": "Alami SARL",
        "phone": "+212 522 00 00 00",
        "email": "karim@visitor.example",
    }


def test_a_comma_within_quotes_parts_nothing() -> None:
    (found,) = fields('name,company\n"Durand, Camille","Durand, Fils & Cie"')
    assert found["company"] == "Durand, Fils & Cie"


def test_lines_keep_their_numbers_where_some_are_empty() -> None:
    text = "name,email\n\nA B,a@x.example\n\nC D,c@x.example"
    assert [line.number for line in lines_of(text)] == [3, 5]


def test_nobody_is_named_by_nothing() -> None:
    assert lines_of("") == lines_of(" \n\t\n") == lines_of("name,email\n") == []


def test_more_than_500_are_too_many() -> None:
    assert len(lines_of("A B\n" * MOST_LINES)) == MOST_LINES
    with pytest.raises(TooManyLines):
        lines_of("A B\n" * (MOST_LINES + 1))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=300))
def test_whatever_is_pasted_is_read_or_left_unread_and_breaks_nothing(text: str) -> None:
    for line in lines_of(text):
        assert line.number >= 1
        assert all(isinstance(value, str) for value in line.fields.values())
