"""Opinions like the one being typed, from a published subset and from nothing else.

The index is given what may be shown; it holds nothing else, and an index from which an opinion was removed
holds no trace of that opinion. A draft is compared by its runs of characters, so that no dictionary and no
model is needed, and a typing error costs a few runs only.

References
----------
Broder, A. Z. (1997). On the resemblance and containment of documents. Compression and Complexity of Sequences
1997, 21-29 (containment).

Sparck Jones, K. (1972). A statistical interpretation of term specificity and its application in retrieval.
Journal of Documentation 28, 11-21 (rare runs weigh more).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import numpy.typing as npt

from jichi.methods.campaigns.drafts import candidates, covered, wanted_of
from jichi.methods.campaigns.postings import BLOCK, grams_of
from jichi.methods.campaigns.published import (
    TEXT,
    Part,
    forms_of,
    only,
    part_of,
    shared_out,
    together,
    without,
)
from jichi.methods.texts.errors import TextError
from jichi.methods.texts.normal import Codes
from jichi.methods.texts.spans import SharedSpan, shared_spans

__all__ = ["DRAFT", "FLOOR", "Hint", "HintIndex"]

FLOOR = 0.6
DRAFT = 2_000  # characters of a draft that are looked at
_ALIKE = 0.5  # resemblance from which one of two hints is enough
_SHARED = 4  # characters of the shortest span shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A published opinion that says what the draft says.

    Attributes
    ----------
    id
        The opinion.
    similarity
        Share of the draft that stands in one passage of the opinion, 0 to 1; rare runs of characters weigh
        more than common ones.
    spans
        What both share word for word: ``left`` in the draft, ``right`` in the opinion.
    """

    id: str
    similarity: float
    spans: tuple[SharedSpan, ...]


@dataclass(frozen=True, slots=True, eq=False)
class HintIndex:
    """An index over published opinions; made by :meth:`of`, never changed.

    ``add`` and ``remove`` give another index that answers as one made anew would. Whoever removes an opinion
    lets go of the older index: it is the only thing that still holds it.

    Notes
    -----
    A draft costs at most about 400,000 postings and 48 comparisons, whatever the number of opinions. Building
    takes at its peak 2.6 kB for an opinion of 155 characters, beside its text, and about 35 µs.
    """

    _parts: tuple[Part, ...]
    _place: dict[str, tuple[int, int]]

    @classmethod
    def of(cls, ids: Sequence[str], texts: Sequence[str], *, sets: Sequence[str] | None = None) -> HintIndex:
        """An index over exactly these opinions.

        Parameters
        ----------
        ids, texts
            What may be shown, in any order.
        sets
            For each opinion the key of the set it belongs to: a set gives one hint at most. Without it only
            opinions of one normal form, and hints that resemble one another, are taken together.

        Raises
        ------
        TextError
            ``"lengths-differ"`` or ``"ids-not-unique"``.
        """
        return cls((), {}).add(ids, texts, sets=sets)

    def __len__(self) -> int:
        return len(self._place)

    def __contains__(self, id: object) -> bool:
        return id in self._place

    def add(
        self, ids: Sequence[str], texts: Sequence[str], *, sets: Sequence[str] | None = None
    ) -> HintIndex:
        """The index with these opinions as well; see :meth:`of`."""
        _checked(ids, texts, sets, known=self._place)
        parts = list(self._parts)
        for low in range(0, len(ids), BLOCK):
            upto = slice(low, low + BLOCK)
            parts.append(part_of(ids[upto], texts[upto], None if sets is None else sets[upto]))
        return _settled(parts)

    def remove(self, ids: Collection[str]) -> HintIndex:
        """The index without these opinions.

        Raises
        ------
        TextError
            ``"ids-unknown"``, with the ``ids``.
        """
        gone = set(ids)
        unknown = sorted(gone - self._place.keys())
        if unknown:
            raise TextError(
                "ids-unknown",
                f"not in the index: {', '.join(unknown[:5])}{', …' if len(unknown) > 5 else ''};"
                " remove only what was added and is not removed yet",
                ids=tuple(unknown),
            )
        touched = {self._place[id][0] for id in gone}
        parts = [without(part, gone) if n in touched else part for n, part in enumerate(self._parts)]
        return _settled([part for part in parts if part.ids])

    def similar(self, draft: str, *, most: int = 5, floor: float = FLOOR) -> tuple[Hint, ...]:
        """Opinions that say what the draft says, the most similar first.

        Parameters
        ----------
        draft
            What has been typed, from a few characters to a whole text; the first 2,000 are looked at.
        most
            How many hints at most; 1 or more.
        floor
            The least similarity of a hint, above 0 and up to 1.

        Returns
        -------
        tuple of Hint
            Nothing for a draft of fewer than three letters, or where no opinion reaches the floor.

        Raises
        ------
        TextError
            ``"most-out-of-range"`` or ``"floor-out-of-range"``.
        """
        _checked_question(most, floor)
        form = forms_of([draft[:DRAFT]], DRAFT)
        if not self._parts:
            return ()
        wanted = wanted_of(form, self._parts)
        whole = int(wanted.characters.sum())
        found = candidates(self._parts, wanted)
        if not (whole and found):
            return ()
        forms = forms_of([part.texts[row] for part, row in found], TEXT)
        weights, enough = covered(wanted, forms)
        good = (weights >= floor * whole) & (enough | _equal(forms, form))
        ranked = sorted(
            (-int(weights[n]), int(forms.lengths[n]), int(part.contents[row]), n)
            for n, (part, row) in enumerate(found)
            if good[n]
        )
        shown: dict[int, npt.NDArray[np.uint64]] = {}
        for _, _, _, n in ranked:
            grams = np.unique(grams_of(only(forms, n), pairs=False).grams)
            if not any(_alike(grams, other) for other in shown.values()):
                shown[n] = grams
            if len(shown) == most:
                break
        return tuple(self._hint(draft, *found[n], int(weights[n]) / whole) for n in shown)

    def _hint(self, draft: str, part: Part, row: int, similarity: float) -> Hint:
        """Of the opinions with one normal form the one with the smallest id."""
        content = part.contents[row]
        id, text = min(
            (part.ids[row], part.texts[row])
            for part in self._parts
            for row in np.flatnonzero(part.contents == content).tolist()
        )
        return Hint(
            id=id, similarity=similarity, spans=shared_spans(draft[:DRAFT], text[:TEXT], least=_SHARED)
        )


def _equal(forms: Codes, form: Codes) -> npt.NDArray[np.bool_]:
    return np.fromiter(
        (np.array_equal(only(forms, n).codes, form.codes) for n in range(len(forms))), np.bool_
    )


def _alike(one: npt.NDArray[np.uint64], other: npt.NDArray[np.uint64]) -> bool:
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both >= _ALIKE * (len(one) + len(other) - both)


def _settled(parts: list[Part]) -> HintIndex:
    """Small parts joined, so that there are few: each is at least twice as large as the next, or full."""
    parts = sorted(parts, key=lambda part: -len(part.ids))
    done: list[Part] = []
    for part in parts:
        done.append(part)
        while len(done) > 1 and len(done[-2].ids) < 2 * len(done[-1].ids):
            if len(done[-2].ids) + len(done[-1].ids) > BLOCK:
                break
            done[-2:] = [together(done[-2], done[-1])]
    place = {id: (n, row) for n, part in enumerate(done) for row, id in enumerate(part.ids)}
    return HintIndex(tuple(shared_out(done)), place)


def _checked(
    ids: Sequence[str], texts: Sequence[str], sets: Sequence[str] | None, *, known: Collection[str]
) -> None:
    if len(ids) != len(texts) or (sets is not None and len(sets) != len(ids)):
        raise TextError(
            "lengths-differ",
            f"{len(ids)} ids, {len(texts)} texts, {len(ids if sets is None else sets)} sets: one each",
            ids=len(ids),
            texts=len(texts),
        )
    seen: set[str] = set()
    twice: dict[str, list[int]] = {}
    for row, id in enumerate(ids, 1):
        if id in seen or id in known:
            twice.setdefault(id, []).append(row)
        seen.add(id)
    if twice:
        rows = [row for each in twice.values() for row in each]
        named = ", ".join(sorted(twice)[:5])
        raise TextError(
            "ids-not-unique",
            f"ids given twice or in the index already: {named} (rows {', '.join(map(str, rows[:5]))});"
            " give every opinion an id of its own, and remove it before it is added again",
            ids=tuple(sorted(twice)),
            rows=tuple(rows),
        )


def _checked_question(most: int, floor: float) -> None:
    if most < 1:
        raise TextError("most-out-of-range", f"most is {most}; ask for at least 1 hint", most=most)
    if not (0 < floor <= 1 and isfinite(floor)):
        raise TextError("floor-out-of-range", f"floor is {floor}; give a share above 0, up to 1", floor=floor)
