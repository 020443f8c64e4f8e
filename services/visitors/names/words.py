"""A name's words: apart where they count apart, together where they are one name written as two.

عبد القادر, Abd el Kader and Abdelkader are one word; El Fassi and الفاسي are one with an article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.visitors.names.letters import bare, is_arabic

_BETWEEN = re.compile(r"[^\w]+|_+")
_APOSTROPHES = re.compile(r"(?<=\w)['\u2018\u2019\u02bc\u02bb\u02bf`\u00b4](?=\w)")

_SERVANT = frozenset({"abd", "abdel", "abdal", "abdul", "abdoul", "abdou", "abed", "عبد"})
_KIN = frozenset({"ben", "bin", "ibn", "bou", "bu", "abou", "abu", "bel", "bal", "si"}) | frozenset(
    {"بن", "ابن", "ابو", "بو", "سي"}
)
"""They may stand apart or not: Ben Jelloun, Benjelloun."""
_FATHER = {"bu": "bou", "abou": "bou", "abu": "bou", "ابو": "بو"}
"""Abou Taleb is also Boutaleb."""
_OF_FAITH = frozenset(
    {"din", "dine", "deen", "eddine", "eddin", "uddin", "addin", "eldin", "eldine"}
)
_OF_GOD = frozenset({"allah", "ellah", "ullah", "llah", "lah"})
_BEHIND = _OF_FAITH | _OF_GOD | {"الدين", "الله"}
"""They belong to the word before: Nour Eddine, Abd Allah."""
_FATIMA = frozenset({"fatima", "fatma", "fatim", "fatem", "فاطمة", "فاطمه"})
_ZAHRA = re.compile(r"^(?:[ae]z)?z[ao]h?ra[eh]?$|^(?:ال)?زهرا?[ةه]?$")
_FATIMA_ZAHRA = re.compile(r"^fat[ie]?m(?:a[ae]?)?(?:[ae]?z)?z[ao]hra[eh]?$")
"""One name, written as one or as two; each of them may be asked for alone."""
_ARTICLES = frozenset({"el", "al", "l", "ul", "il"})
_SUN_ARTICLES = {
    f"{vowel}{letters}": letters[0]
    for vowel in "aeu"
    for letters in ("s", "r", "d", "n", "z", "t", "ch", "sh", "th", "dh", "c", "l")
}
"""Articles that take on the sound of what follows, with the letter that must follow."""
FEWEST_AFTER_ARTICLE = 2
_ARTICLE = "ال"


@dataclass(frozen=True)
class Word:
    """One word of a name, bare; `spelt` without its article."""

    spelt: str
    has_article: bool = False
    others: tuple[str, ...] = ()
    """Other ways to write the same, the article in the middle left out."""
    parts: tuple[str, ...] = ()
    """What it is put together from, where that may be asked for alone."""


def words_of(text: str) -> list[Word]:
    """The words in order; articles are with the word that they belong to."""
    whole = _APOSTROPHES.sub("", bare(text))
    pieces = [piece for piece in _BETWEEN.split(whole) if piece]
    words: list[Word] = []
    at = 0
    while at < len(pieces):
        word, taken = _word_at(pieces, at)
        words.append(word)
        at += taken
    return words


def _word_at(pieces: list[str], at: int) -> tuple[Word, int]:
    """The word that begins there, and how many pieces it is made of."""
    piece, rest = pieces[at], pieces[at + 1 :]
    if rest and _is_article(piece, before=rest[0]):
        word, taken = _word_at(pieces, at + 1)
        return Word(word.spelt, True, word.others, word.parts), taken + 1
    article = rest[0] if len(rest) > 1 and _is_article(rest[0], before=rest[1]) else ""
    following = rest[1] if article else (rest[0] if rest else "")
    taken = 3 if article else 2
    if following and (piece in _SERVANT or following in _BEHIND):
        return _joined(piece, article, following), taken
    if piece in _FATIMA and _ZAHRA.match(following):
        return Word(piece, others=("فاطمازهرا" if is_arabic(piece) else "fatimazahra",)), 1
    if _FATIMA_ZAHRA.match(piece):
        return Word("fatimazahra", parts=("fatima", "zahra")), 1
    if rest and piece in _KIN:
        kin, pieces_of_kin = _word_at(pieces, at + 1)
        return _of_kin(piece, kin), pieces_of_kin + 1
    return _alone(piece), 1


def _is_article(piece: str, *, before: str) -> bool:
    return piece in _ARTICLES or before.startswith(_SUN_ARTICLES.get(piece, "\0"))


def _alone(piece: str) -> Word:
    if is_arabic(piece) and piece.startswith(_ARTICLE):
        stem = piece.removeprefix(_ARTICLE)
        if len(stem) >= FEWEST_AFTER_ARTICLE:
            return Word(stem, has_article=True)
    if is_arabic(piece) and piece.startswith("عبدال") and len(piece) > len("عبدال") + 1:
        return _joined("عبد", "", piece.removeprefix("عبد"))
    return Word(piece)


def _of_kin(piece: str, kin: Word) -> Word:
    """Together with the name behind; each of the two may be asked for alone."""
    first = _FATHER.get(piece, piece)
    article = ("ل" if is_arabic(piece) else "l") if kin.has_article else ""
    spellings = (first + article + kin.spelt, first + kin.spelt, *(first + o for o in kin.others))
    spelt, *others = dict.fromkeys(spellings)
    return Word(spelt, others=tuple(others), parts=(piece, kin.spelt, *kin.parts))


def _joined(piece: str, article: str, following: str) -> Word:
    """Both together; with the article in the middle, and without it as it sounds before s, r, d."""
    stem = following
    if is_arabic(following) and following.startswith(_ARTICLE):
        article, stem = "ل", following.removeprefix(_ARTICLE).removeprefix("ا")
    spelt, without = piece + article + stem, piece + stem
    parts = (stem,) if stem not in _BEHIND else ()
    return Word(spelt, others=(without,) if without != spelt else (), parts=parts)
