"""A CSV file as people's spreadsheets write it, read line by line; nothing is guessed."""

import pytest

from services.access.imports.domain import Fault, read_line, read_sheet
from services.access.imports.domain.faults import MOST_ROWS
from shared.sheets import neutralised

HEADER = "email;given_name;family_name\n"


def codes(faults: list[Fault]) -> list[tuple[int, str | None, str]]:
    return [(fault.line, fault.column, fault.refusal.code) for fault in faults]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separator_line_ends_and_byte_order_mark_are_as_they_come(
    separator: str, end: str, mark: str
) -> None:
    rows = [["email", "given_name", "family_name"], ["a@b.example", '"Ann, A;\t"', "Été"]]
    text = mark + end.join(separator.join(row) for row in rows) + end
    (record,), faults = read_sheet(text.encode())
    assert faults == []
    assert record.line == 2
    assert record.cells["given_name"] == "Ann, A;"
    assert record.cells["family_name"] == "Été"


def test_a_record_is_named_by_the_line_on_which_it_begins() -> None:
    text = f'sep=;\r\n{HEADER}\n;;\na@b.example;"An\n""n""";B\nc@d.example;C;D\n'
    records, faults = read_sheet(text.encode())
    assert faults == []
    assert [record.line for record in records] == [5, 7]
    assert records[0].cells["given_name"] == 'An\n"n"'


def test_a_header_may_be_written_as_people_write_it() -> None:
    text = '"E-mail";"Given Name";FAMILY-NAME;;\na@b.example;A;B;;\n'
    _, faults = read_sheet(text.encode())
    assert codes(faults) == [(1, "e_mail", "unknown_column"), (1, "email", "column_missing")]
    text = text.replace("E-mail", " Email ")
    (record,), faults = read_sheet(text.encode())
    assert (record.cells["family_name"], faults) == ("B", [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, None, "no_header")]),
        ("\n\nname;mail\n", [(3, None, "no_header")]),
        ("email;given_name\n", [(1, "family_name", "column_missing")]),
        (f"{HEADER.strip()};email\n", [(1, "email", "column_twice")]),
        (f"{HEADER.strip()};badge\n", [(1, "badge", "unknown_column")]),
        (f"{HEADER}a@b.example;A;B;C\n", [(2, None, "too_many_cells")]),
        (f'{HEADER}a@b.example;A;B\nc@d.example;"C;D\n', [(3, None, "broken_quotes")]),
        (f'{HEADER}a@b.example;"A"x;B\n', [(2, None, "broken_quotes")]),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(
    text: str, found: list[tuple[int, str | None, str]]
) -> None:
    assert codes(read_sheet(text.encode())[1]) == found


def test_another_encoding_is_refused_where_it_shows() -> None:
    records, faults = read_sheet(f"{HEADER}a@b.example;A;B\nc@d.example;Zoé;D\n".encode("cp1252"))
    assert (records, codes(faults)) == ([], [(3, None, "not_utf8")])


def test_a_file_has_an_end() -> None:
    rows = "".join(f"p{n}@b.example;A;B\n" for n in range(MOST_ROWS + 1))
    records, faults = read_sheet((HEADER + rows).encode())
    assert (records, codes(faults)) == ([], [(MOST_ROWS + 2, None, "too_many_rows")])


def test_each_cell_is_judged_and_all_that_is_wrong_is_said_at_once() -> None:
    header = "email;given_name;family_name;phone;language;external_id;leaves\n"
    bad = f"nobody;;B\x07;ring me;de;{'9' * 101};perhaps\n"
    (record,), _ = read_sheet((header + bad).encode())
    line, faults = read_line(record)
    assert line is None
    assert {fault.column: fault.refusal.code for fault in faults} == {
        "email": "no_address",
        "given_name": "nothing_there",
        "family_name": "no_line_of_text",
        "phone": "no_phone",
        "language": "no_language",
        "external_id": "no_line_of_text",
        "leaves": "no_yes_or_no",
    }


def test_what_looks_like_a_formula_is_data_here_and_text_in_a_report() -> None:
    (record,), _ = read_sheet(f"{HEADER}a@b.example;=1+1;@home\n".encode())
    line, _ = read_line(record)
    assert line is not None
    assert (line.given_name, line.family_name) == ("=1+1", "@home")
    assert [neutralised(cell) for cell in ("=1", "+2", "-3", "@a", "b")] == [
        "'=1",
        "'+2",
        "'-3",
        "'@a",
        "b",
    ]
