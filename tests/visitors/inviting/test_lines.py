"""Lines that name visitors: tables with a heading, address lists, and what is neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visitors.inviting.domain import MOST_LINES, TooManyLines, lines_of
from services.visitors.inviting.domain.lines import UNREADABLE


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


@pytest.mark.parametrize(
    "heading",
    [
        "Nom;Société;Adresse e-mail",
        "NOM :;SOCIÉTÉ;E-MAIL",
        "Nom complet;Socie\u0301te\u0301;Courriel",
        "الإسم;الشركة;البريد الالكتروني",
        "Full name;Company name;Email address",
        '"Nom";"Raison sociale";"Mail"',
    ],
)
def test_columns_are_known_however_they_are_called_and_typed(heading: str) -> None:
    (found,) = fields(f"{heading}\nCamille Durand;Durand SA;c@visitor.example")
    assert found == CAMILLE | {"company": "Durand SA"}


@pytest.mark.parametrize(
    ("text", "given", "family"),
    [
        ("الاسم,النسب\nمحمد أمين,العلوي", "محمد أمين", "العلوي"),
        ("First name,Name\nAnne Marie,Le Roux", "Anne Marie", "Le Roux"),
        ("Nom,Prénom\nLe Roux,Anne Marie", "Anne Marie", "Le Roux"),
    ],
)
def test_of_two_columns_of_names_nothing_is_lost(text: str, given: str, family: str) -> None:
    assert fields(text) == [{"given_name": given, "family_name": family}]


def test_a_language_is_known_by_its_name_too() -> None:
    text = "name,language\nA B,Français\nC D,العربية\nE F,EN\nG H,Deutsch"
    assert [each["language"] for each in fields(text)] == ["fr", "ar", "en", "Deutsch"]


def test_each_line_of_a_list_has_a_separator_of_its_own() -> None:
    text = (
        "Camille Durand <c@visitor.example>\nK A; A SARL; k@visitor.example\nB C, b@visitor.example"
    )
    assert [each.get("email") for each in fields(text)] == [
        "c@visitor.example",
        "k@visitor.example",
        "b@visitor.example",
    ]


def test_two_people_in_one_line_are_not_taken_for_one() -> None:
    (found,) = fields("Camille Durand <c@visitor.example>; Karim Alami <k@visitor.example>")
    assert UNREADABLE in found


def test_a_quote_that_is_never_closed_spoils_its_own_line_alone() -> None:
    text = 'name,email\nA B,a@x.example\n"C D,c@x.example\nE F,e@x.example\n"G\nH",g@x.example'
    found = lines_of(text)
    assert [line.number for line in found] == [2, 3, 4, 5, 6]
    assert [UNREADABLE in line.fields for line in found] == [False, True, False, True, False]


def test_a_cell_without_end_is_no_name() -> None:
    assert fields("x" * 200_000) == [{UNREADABLE: ""}]
    text = f"name,email\nA B,{'x' * 200_000}\nC D,c@x.example"
    assert [(line.number, set(line.fields)) for line in lines_of(text)] == [
        (2, {UNREADABLE}),
        (3, {"given_name", "family_name", "email"}),
    ]


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
