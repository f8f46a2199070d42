"""Submissions as they come: checked once, all that is wrong told together, oddities flagged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jichi.methods.texts.errors import TextError

__all__ = ["LONGEST", "Submissions", "check_submissions"]

LONGEST = 1_000_000
"""Characters of the longest text that is taken: a thousand pages. What is longer is a file, no opinion."""

_SHOWN = 5
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_BROKEN = re.compile("[\ufffd\ud800-\udfff]")
# UTF-8 read as Latin-1 or Windows-1252 (ã, then a sign above 7F), and as Shift_JIS (縺 and 繧 all over).
_LATIN = re.compile("[ãâåæçèéÃÂ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_KANA = re.compile("[縺繧]")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Submissions:
    """Submissions that can be worked with.

    Attributes
    ----------
    ids, texts
        As given.
    empty
        Shape (n,): texts with nothing in them but spaces and controls. They are one opinion: none.
    mojibake
        Shape (n,): texts that look as if they had been read in a wrong encoding, and those with broken signs.
    """

    ids: list[str]
    texts: list[str]
    empty: npt.NDArray[np.bool_]
    mojibake: npt.NDArray[np.bool_]


def _is_mojibake(text: str) -> bool:
    if text.isascii():
        return bool(_CONTROLS.search(text))
    if _BROKEN.search(text) or _CONTROLS.search(text):
        return True
    # One such pair may stand in a French word or a Chinese name; a text full of them does not.
    return len(_LATIN.findall(text)) * 10 > len(text) or len(_KANA.findall(text)) * 8 > len(text)


def _refused(code: str, rows: Sequence[int], what: str, mend: str, **params: object) -> TextError:
    shown = ", ".join(str(row) for row in rows[:_SHOWN])
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    named = "row" if len(rows) == 1 else "rows"
    return TextError(code, f"{named} {shown}{more}: {what}; {mend}", rows=list(rows), **params)


def check_ids(ids: Sequence[str], texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Ids and texts as lists, once they are known to be good.

    Raises
    ------
    TextError
        As :func:`check_submissions`.
    """
    names, held = list(ids), list(texts)
    if isinstance(ids, str) or isinstance(texts, str):
        raise TextError("not-a-list", "ids and texts are lists of strings, not one string")
    if len(names) != len(held):
        raise TextError(
            "lengths-differ",
            f"{len(names)} ids and {len(held)} texts; each submission has one of each",
            ids=len(names),
            texts=len(held),
        )
    problems = []
    wrong = [row for row, name in enumerate(names, 1) if not isinstance(name, str) or not name]
    if wrong:
        problems.append(
            _refused("id-not-text", wrong, "the id is not a string with at least one sign", "name each")
        )
    good = [name for name in names if isinstance(name, str) and name]
    if len(set(good)) != len(good):
        counts = Counter(good)
        twice = [name for name, count in counts.items() if count > 1]
        known = set(twice)
        rows = [row for row, name in enumerate(names, 1) if isinstance(name, str) and name in known]
        problems.append(
            _refused(
                "ids-not-unique",
                rows,
                f"ids such as {twice[0]!r} stand twice",
                "give each its own",
                ids=twice,
            )
        )
    wrong = [row for row, text in enumerate(held, 1) if not isinstance(text, str)]
    if wrong:
        problems.append(_refused("text-not-text", wrong, "the text is not a string", "an empty text is ''"))
    wrong = [row for row, text in enumerate(held, 1) if isinstance(text, str) and len(text) > LONGEST]
    if wrong:
        problems.append(
            _refused(
                "text-too-long", wrong, f"more than {LONGEST:,} characters", "cut it or attach it as a file"
            )
        )
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise TextError(
            "bad-submissions",
            "; ".join(str(problem) for problem in problems),
            problems=[(problem.code, problem.params) for problem in problems],
        )
    return names, held


def check_submissions(ids: Sequence[str], texts: Sequence[str]) -> Submissions:
    """Checks submissions and flags what a person should look at.

    Parameters
    ----------
    ids
        A string for each, all different.
    texts
        A string for each, at most ``LONGEST`` characters. Empty ones are taken.

    Returns
    -------
    Submissions

    Raises
    ------
    TextError
        ``lengths-differ``, ``id-not-text``, ``ids-not-unique``, ``text-not-text`` or ``text-too-long`` with
        all rows concerned; ``bad-submissions`` where several hold at once, with each in ``problems``.
    """
    names, held = check_ids(ids, texts)
    return Submissions(
        ids=names,
        texts=held,
        empty=np.fromiter((not _CONTROLS.sub("", text).strip() for text in held), np.bool_, len(held)),
        mojibake=np.fromiter((_is_mojibake(text) for text in held), np.bool_, len(held)),
    )
