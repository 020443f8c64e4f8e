"""What is locked: under which licences, known to be vulnerable or not, and listed whole."""

import json
from pathlib import Path

import pytest

from deploy import audit, bill
from deploy.licences import complaints, is_refused, licences_of, locked
from deploy.lock import LOCK, OF_IMAGES


@pytest.mark.parametrize(
    ("licence", "refused"),
    [
        ("MIT", False),
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0-only", True),
        ("GNU General Public License v3 (GPLv3)", True),
        ("GNU Affero General Public License v3", True),
        ("LGPL-3.0-or-later", False),
        ("GNU Lesser General Public License v3 or later (LGPLv3+)", False),
        ("MIT OR GPL-2.0-only", False),
        ("GPL-2.0-only OR AGPL-3.0-only", True),
        ("(MIT OR GPL-2.0-only) AND GPL-3.0-only", True),
        ("MIT AND BSD-3-Clause", False),
    ],
)
def test_gpl_is_refused_and_nothing_else(licence: str, refused: bool) -> None:
    assert is_refused(licence) is refused


def test_whoever_says_no_licence_is_refused() -> None:
    assert licences_of("sqlmodel")
    assert "says no licence" in next(complaints(iter(["is-not-installed"])))


def test_all_that_is_locked_may_be_used() -> None:
    names = list(locked(LOCK.read_text()))
    assert {"fastapi", "sqlalchemy"} <= set(names)
    assert list(complaints(iter(names))) == []


VULNERABLE = {
    "name": "b",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}, {"id": "PYSEC-2", "fix_versions": []}],
}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("", "cannot be read"),
        ("{}", "cannot be read"),
        ('{"dependencies": null}', "cannot be read"),
        (json.dumps({"dependencies": []}), "a: nothing is known of it (no answer)"),
        (
            json.dumps({"dependencies": [{"name": "a", "skip_reason": "not asked"}]}),
            "a: nothing is known of it (not asked)",
        ),
    ],
)
def test_who_could_not_be_asked_about_counts_as_vulnerable(answer: str, said: str) -> None:
    assert said in "\n".join(audit.complaints(answer, asked_of={"a"}))


def test_vulnerabilities_are_named_with_what_fixes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = json.dumps({"dependencies": [{"name": "a", "version": "1", "vulns": []}, VULNERABLE]})
    assert list(audit.complaints(answer, asked_of={"a"})) == []
    assert list(audit.complaints(answer, asked_of={"a", "b"})) == [
        "b 1.0: PYSEC-1, fixed in 1.1.",
        "b 1.0: PYSEC-2, fixed in nothing yet.",
    ]
    monkeypatch.setitem(audit.ACCEPTED, "PYSEC-2", "a reason")
    assert len(list(audit.complaints(answer, asked_of={"a", "b"}))) == 1


def test_the_bill_of_an_image_lists_all_of_its_lock(tmp_path: Path) -> None:
    lock = next(each for each in OF_IMAGES if each.stem == "booking")
    made = bill.bill_of(lock, folder=tmp_path)
    bill.write(lock, made)
    listed = json.loads(made.read_text())["components"]
    assert {each["name"] for each in listed} >= set(locked(lock.read_text()))
    assert all(each["purl"].startswith("pkg:pypi/") for each in listed)
