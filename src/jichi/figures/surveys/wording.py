"""Whether two waves asked the same: wordings compared after normalisation, and what differs word by word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"\s+|[一-龥々〆ヵヶ]+|[ぁ-ん]+|[ァ-ヴー]+|[0-9０-９]+|[A-Za-zＡ-Ｚａ-ｚ]+|.", re.S)


class Asked(StrEnum):
    """What a wording is beside those of other waves."""

    FIRST = "first"
    SAME = "same"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A question as one wave asked it: its words, its answers, and the code of its definition."""

    text: str
    options: tuple[str, ...] = ()
    definition: str = ""
    where: str = ""
    fiscal_year: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a diff: ``kind`` is ``same``, ``out`` (only before) or ``in`` (only now)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a wording compares. ``proposed`` is the definition's code to take; empty where a person decides.

    ``nearest`` is the most like of the earlier wordings, ``likeness`` 0 to 1; ``words`` and ``options`` say
    what differs from it. ``new_code`` is the code a new definition would get.
    """

    asked: Asked
    proposed: str
    new_code: str
    nearest: Wording | None = None
    likeness: float = 1.0
    words: tuple[Piece, ...] = ()
    gone: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    reordered: bool = False
    known: tuple[str, ...] = ()


def normalised(text: str) -> str:
    """A wording as it is compared: NFKC, case folded, without spaces and punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LNMS")


def _same_options(first: Sequence[str], second: Sequence[str]) -> bool:
    # A wave of which no answers are known (a wording from a definition) does not contradict any.
    return (
        not first or not second or [normalised(one) for one in first] == [normalised(one) for one in second]
    )


def words_of(text: str) -> list[str]:
    """A text split where the kind of letter changes, which in Japanese is near enough to words."""
    return _WORDS.findall(text)


def word_diff(before: str, now: str) -> tuple[Piece, ...]:
    """What differs between two texts, word by word."""
    old, new = words_of(before), words_of(now)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(new[j1:j2])))
            continue
        if i2 > i1:
            pieces.append(Piece("out", "".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(Piece("in", "".join(new[j1:j2])))
    return tuple(pieces)


def next_code(taken: Iterable[str]) -> str:
    """The smallest whole number above all that are taken as codes."""
    numbers = [int(code) for code in taken if code.isascii() and code.isdigit()]
    return str(max(numbers, default=0) + 1)


def compare(now: Wording, earlier: Sequence[Wording], taken: Iterable[str] = ()) -> Comparison:
    """Compare a wording with those of other waves (newest last).

    Equal after normalisation, with the same answers in the same order, is the same question, and its code is
    proposed. Anything else is for a person to decide, who sees what differs from the most like.

    Parameters
    ----------
    now
        What was asked in the wave at hand.
    earlier
        What other waves asked under the same code of question, and wordings of the figure's definitions.
    taken
        Codes of definitions that a new one may not take.
    """
    codes = tuple(dict.fromkeys(one.definition for one in earlier if one.definition))
    new_code = next_code({*codes, *taken})
    if not earlier:
        return Comparison(asked=Asked.FIRST, proposed=new_code, new_code=new_code)
    text = normalised(now.text)
    alike = [one for one in earlier if normalised(one.text) == text and one.definition]
    # A definition knows no answers; where a wave with that wording does, its answers count.
    told = [one for one in alike if one.options] or alike
    same = [one for one in told if _same_options(one.options, now.options)]
    if same:
        return Comparison(
            asked=Asked.SAME,
            proposed=same[-1].definition,
            new_code=new_code,
            nearest=same[-1],
            words=word_diff(same[-1].text, now.text),
            known=codes,
        )
    # Among equally like ones the newest: it is what readers compare with.
    nearest = max(enumerate(earlier), key=lambda one: (_likeness(one[1], now), one[0]))[1]
    before = {normalised(one): one for one in nearest.options}
    after = {normalised(one): one for one in now.options}
    gone = tuple(one for key, one in before.items() if key not in after) if after else ()
    added = tuple(one for key, one in after.items() if key not in before) if before else ()
    return Comparison(
        asked=Asked.CHANGED,
        proposed="",
        new_code=new_code,
        nearest=nearest,
        likeness=_likeness(nearest, now),
        words=word_diff(nearest.text, now.text),
        gone=gone,
        added=added,
        reordered=bool(before and after and not gone and not added and list(before) != list(after)),
        known=codes,
    )


def _likeness(one: Wording, other: Wording) -> float:
    return SequenceMatcher(None, normalised(one.text), normalised(other.text), autojunk=False).ratio()
