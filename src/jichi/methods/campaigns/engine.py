"""What groups: the index of sketches behind a grouping, and how further submissions come to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from jichi.methods.campaigns.enlarging import enlarged, ghosts_placed, resettled, rooted, units_of
from jichi.methods.campaigns.exact import distinct, forms_of
from jichi.methods.campaigns.filing import Filing
from jichi.methods.campaigns.growing import Orders, grown, sorted_orders
from jichi.methods.campaigns.near import Index, index_of, long_rows, near_stars
from jichi.methods.campaigns.rules import Rule
from jichi.methods.campaigns.sets import KINDS, Kind
from jichi.methods.campaigns.sketches import sketch
from jichi.methods.campaigns.stars import Stars, stars_of_links
from jichi.methods.campaigns.verifying import Judge, Judged
from jichi.methods.texts.checking import check_ids
from jichi.methods.texts.errors import TextError
from jichi.methods.texts.shingles import SIZE

__all__ = ["Engine", "LinkedTexts", "Paraphraser"]

_NEAR, _PARAPHRASE = KINDS.index(Kind.NEAR), KINDS.index(Kind.PARAPHRASE)

Rows = npt.NDArray[np.int64]


class LinkedTexts(Protocol):
    """Pairs of texts, by their places in a list, and how alike each pair is."""

    @property
    def left(self) -> npt.NDArray[np.integer]: ...
    @property
    def right(self) -> npt.NDArray[np.integer]: ...
    @property
    def similarity(self) -> npt.NDArray[np.floating]: ...


Paraphraser = Callable[[Sequence[str]], LinkedTexts]
"""Finds paraphrases among different texts: a function of the set of them, and of nothing else.

What it says of two texts may depend on all the others (how common a word is, how alike strangers are), so
it is asked anew about all of them whenever some are added.
"""


@dataclass(eq=False, slots=True)
class _Cache:
    """What makes adding fast. It belongs to one grouping and moves on to the one that is made from it."""

    orders: Orders
    row_of_text: dict[str, int]


@dataclass(frozen=True, eq=False, kw_only=True)
class Engine:
    """Groups, and adds to what it grouped.

    Attributes
    ----------
    rule, paraphrases, threads
        See :func:`group`.
    index
        The sketches and links of the living forms; None where they must be made anew.
    """

    rule: Rule
    paraphrases: Paraphraser | None
    threads: int
    index: Index | None = None
    _caches: list[_Cache] = field(default_factory=list)

    def first(self, ids: list[str], texts: list[str]) -> tuple[Filing, Engine]:
        """The filing of submissions of which none is known."""
        held, text_of = distinct(texts)
        forms = forms_of(held)
        index = index_of(forms.units, self.rule, threads=self.threads)
        near = near_stars(forms.units, index, self.rule, threads=self.threads)
        filing = Filing(
            ids=ids,
            texts=held,
            text_of=text_of,
            form_of=forms.form_of,
            digests=forms.digests,
            gone=np.zeros(len(ids), np.bool_),
            **_tree(near),
        )
        return self._with_paraphrases(filing), replace(self, index=index, _caches=[])

    def forget(self, forms: Rows) -> Engine:
        """One that holds nothing of these forms."""
        return replace(self, index=None if len(forms) else self.index, _caches=[])

    def grow(self, filing: Filing, ids: Sequence[str], texts: Sequence[str]) -> tuple[Filing, Engine]:
        """The filing of all submissions, and who can add to it.

        Raises
        ------
        TextError
            If ids or texts are not good, or ids are known already.
        """
        names, held = check_ids(ids, texts)
        again = set(names)
        twice = [name for name in filing.ids if name in again]
        if twice:
            raise TextError(
                "ids-not-unique",
                f"ids such as {twice[0]!r} are in the grouping already; give each its own",
                ids=twice,
            )
        index, cache = self._ready(filing)
        larger = enlarged(filing, names, held, cache.row_of_text)
        first = len(index.sketches)
        index = self._sketched(index, larger, len(filing.parent))
        judge = _TextJudge(larger, index, self.rule, self.threads)
        result = grown(index, cache.orders, larger.digests[index.forms], first, self.rule, judge.measure)
        cache.orders = result.orders
        # After a destruction every set is made anew from what is left.
        touched = result.touched if self.index is not None else np.arange(len(index.forms))
        larger = resettled(larger, result.index, touched, judge.judge, self.rule.jaccard)
        engine = replace(self, index=result.index, _caches=[cache])
        return self._with_paraphrases(ghosts_placed(filing, larger)), engine

    def _ready(self, filing: Filing) -> tuple[Index, _Cache]:
        index = self.index
        if index is None:
            index = _index_of_living(filing, self.rule, self.threads)
        if self._caches and self.index is not None:
            return index, self._caches.pop()
        rows = {text: row for row, text in enumerate(filing.texts) if text is not None}
        return index, _Cache(orders=sorted_orders(index, filing.digests[index.forms]), row_of_text=rows)

    def _sketched(self, index: Index, filing: Filing, first: int) -> Index:
        """The index with the sketches of the forms from ``first`` on, not yet with their links."""
        units = units_of(filing, np.arange(first, len(filing.parent)))
        weights = units.weights
        rows = long_rows(units, weights, self.rule)
        return Index(
            forms=np.concatenate([index.forms, rows + first]),
            sketches=np.concatenate([index.sketches, sketch(units, rows, threads=self.threads)]),
            lengths=np.concatenate([index.lengths, units.lengths[rows] - SIZE + 1]),
            weights=np.concatenate([index.weights, weights[rows]]),
            links=index.links,
        )

    def _with_paraphrases(self, filing: Filing) -> Filing:
        if self.paraphrases is None:
            return rooted(filing)
        filing = rooted(filing)
        tops = np.flatnonzero((filing.root == np.arange(len(filing.root))) & filing.alive)
        tops = tops[np.lexsort((filing.digests[tops, 1], filing.digests[tops, 0]))]
        found = self.paraphrases(_plainest_texts(filing, tops))
        left, right = np.asarray(found.left, np.int64), np.asarray(found.right, np.int64)
        similarity = np.asarray(found.similarity, np.float64)
        made = stars_of_links(len(tops), left, right, similarity)
        member = np.flatnonzero(made.centre != np.arange(len(tops)))
        parent, kind, measured = filing.parent.copy(), filing.kind.copy(), filing.similarity.copy()
        parent[tops[member]] = tops[made.centre[member]]
        kind[tops[member]] = _PARAPHRASE
        measured[tops[member]] = made.jaccard[member]
        return rooted(replace(filing, parent=parent, kind=kind, similarity=measured))


class _TextJudge:
    """Measures pairs of rows of an index, reading the texts that it needs."""

    def __init__(self, filing: Filing, index: Index, rule: Rule, threads: int) -> None:
        self._filing, self._forms, self._rule, self._threads = filing, index.forms, rule, threads

    def _of(self, left: Rows, right: Rows) -> tuple[Judge, Rows, Rows]:
        rows, place = np.unique(np.concatenate([left, right]), return_inverse=True)
        units = units_of(self._filing, self._forms[rows])
        judge = Judge.of(units, self._rule, threads=self._threads)
        return judge, place[: len(left)], place[len(left) :]

    def measure(self, left: Rows, right: Rows) -> Judged:
        """Which pairs have enough in common."""
        judge, one, other = self._of(left, right)
        return judge.measure(one, other)

    def judge(self, left: Rows, right: Rows) -> Judged:
        """Which pairs are near-duplicates."""
        judge, one, other = self._of(left, right)
        return judge.judge(one, other)


def _tree(near: Stars) -> dict[str, Any]:
    own = np.arange(len(near.centre))
    return {
        "parent": near.centre,
        "root": near.centre,
        "kind": np.where(near.centre != own, _NEAR, 0).astype(np.uint8),
        "similarity": near.jaccard,
        "containment": near.containment,
    }


def _plainest_texts(filing: Filing, forms: Rows) -> list[str]:
    """Of the texts of each form the first in the order of strings: no count and no id changes that."""
    place = np.full(len(filing.parent), -1, np.int64)
    place[forms] = np.arange(len(forms))
    chosen: list[str | None] = [None] * len(forms)
    for row in np.flatnonzero(place[filing.form_of] >= 0).tolist():
        text, at = filing.texts[row], int(place[filing.form_of[row]])
        best = chosen[at]
        if text is not None and (best is None or text < best):
            chosen[at] = text
    return [text or "" for text in chosen]


def _index_of_living(filing: Filing, rule: Rule, threads: int) -> Index:
    forms = np.flatnonzero(filing.alive)
    forms = forms[np.lexsort((filing.digests[forms, 1], filing.digests[forms, 0]))]
    made = index_of(units_of(filing, forms), rule, threads=threads)
    return replace(made, forms=forms[made.forms])
