"""One name, three spellings: which find each other, and which must not."""

import re
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visitors.names import patterns_of, words_of
from services.visitors.names.domain import (
    Entry,
    FoundBy,
    digits_of,
    entries_of,
    entries_of_name,
)
from services.visitors.names.terms import Term, terms_of_name
from tests.visitors.names.spellings import SPELLINGS


def finds(typed: str, name: str) -> bool:
    """Whether each word that is typed fits one of the name's, as the database judges it."""
    entries = entries_of_name(name, FoundBy.NAME)
    return all(any(_fits(term, each) for each in entries) for term in terms_of_name(typed))


def _fits(term: Term, known: Entry) -> bool:
    if known.spelt.startswith(term.spelt):
        return True
    for pattern in term.patterns:
        if known.consonants is None or known.sound is None:
            return False
        if known.consonants == pattern.consonants and re.search(pattern.whole, known.sound):
            return True
        is_begun = known.consonants.startswith(pattern.consonants)
        is_enough = pattern.may_be_beginning(is_narrowed=term.is_narrowed)
        if is_begun and is_enough and re.search(pattern.beginning, known.sound):
            return True
    return False


@pytest.mark.parametrize("spellings", SPELLINGS, ids=lambda spellings: spellings[0])
def test_each_spelling_finds_the_others(spellings: tuple[str, ...]) -> None:
    missed = [pair for pair in permutations(spellings, 2) if not finds(*pair)]
    assert missed == []


def test_few_names_are_taken_for_others() -> None:
    """Among those of the list; most that are share their consonants in unvowelled Arabic."""
    names = [(line[0], line[0::3]) for line in SPELLINGS]
    wrong = [
        (typed, other)
        for name, several in names
        for typed in several
        for else_, others in names
        if else_ != name
        for other in others
        if finds(typed, other)
    ]
    pairs = sum(len(several) for _, several in names) ** 2
    assert len(wrong) / pairs < 0.001


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("cherk", "Youssef Cherkaoui"),
        ("شرق", "Youssef Cherkaoui"),
        ("sharq", "Youssef Cherkaoui"),
        ("cherk", "يوسف الشرقاوي"),
        ("moh cherk", "Mohammed Cherkaoui"),
        ("cherkaoui yus", "Yusuf Sharqawi"),
        ("عبد ال", "عبد القادر بنجلون"),
        ("jelloun", "Ben Jelloun"),
        ("elfas", "Karim El Fassi"),
        ("الفا", "الفاسي"),
        ("benjel", "Ben Jelloun"),
        ("fatima zah", "Fatimazahra Alami"),
        ("fatimaz", "Fatima Zahra Alami"),
        ("mohamed", "Med Alami"),
        ("محمد", "Med Alami"),
        ("o'ne", "Liam O'Neill"),
        ("lefev", "Lefèvre"),
        ("ÉMILIE", "Emilie"),
        ("strasse", "Straße GmbH"),
    ],
)
def test_a_few_letters_are_enough(typed: str, name: str) -> None:
    assert finds(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Saad", "Saïd"),
        ("Said", "Saad"),
        ("Nadia", "Nada"),
        ("Souad", "Saoud"),
        ("Karim", "Akram"),
        ("Cherkaoui", "Cherki"),
        ("Hassan", "Houssein"),
        ("Amina", "Mina Tazi"),
        ("Abdullah", "Abdelaziz"),
        ("Ali", "Ola"),
        ("علي", "Ola"),
    ],
)
def test_what_only_looks_alike_is_somebody_else(typed: str, name: str) -> None:
    assert not finds(typed, name)


@given(st.text(max_size=60))
def test_whatever_is_typed_makes_patterns_that_can_be_used(text: str) -> None:
    for word in words_of(text):
        for pattern in patterns_of(word):
            assert re.compile(pattern.whole).groups == 0
            assert re.compile(pattern.beginning).groups == 0


@given(st.sampled_from([name for line in SPELLINGS for name in line]))
def test_everybody_is_found_by_their_own_name(name: str) -> None:
    assert finds(name, name)


def test_a_telephone_number_is_one_however_it_is_written() -> None:
    written = ("06 12 34 56 78", "+212 6 12 34 56 78", "00212612345678", "0612-345678")
    assert {digits_of(each) for each in written} == {"612345678"}
    assert digits_of("+33 1 23 45 67 89") == "33123456789"


def test_all_that_is_known_of_somebody_is_something_to_find_them_by() -> None:
    entries = entries_of(
        name="Amal El Fassi",
        name_is=FoundBy.NAME,
        company="Durand SA",
        email="Amal@Durand.example",
        phone="+212 6 12 34 56 78",
    )
    spelt = {(entry.found_by.value, entry.spelt) for entry in entries}
    assert spelt == {
        ("name", "amal"),
        ("name", "fassi"),
        ("name", "elfassi"),
        ("company", "durand"),
        ("company", "sa"),
        ("email", "amal@durand.example"),
        ("email", "durand.example"),
        ("phone", "612345678"),
        ("phone", "5678"),
    }
