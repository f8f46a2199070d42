"""A filing with further submissions: their texts and forms are found or added, their sets made anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from jichi.methods.campaigns.exact import first_digests
from jichi.methods.campaigns.filing import Filing
from jichi.methods.campaigns.near import Index
from jichi.methods.campaigns.neighbours import rows_of
from jichi.methods.campaigns.sets import KINDS, Kind
from jichi.methods.campaigns.stars import stars
from jichi.methods.campaigns.verifying import Judged
from jichi.methods.texts.shingles import Units, normal_units

__all__ = ["enlarged", "ghosts_placed", "resettled", "rooted", "units_of"]

_NEAR, _PARAPHRASE = KINDS.index(Kind.NEAR), KINDS.index(Kind.PARAPHRASE)

Rows = npt.NDArray[np.int64]


def rooted(filing: Filing) -> Filing:
    """With the tops of the trees worked out from the parents."""
    root = filing.parent
    while True:
        above = root[root]
        if np.array_equal(above, root):
            return replace(filing, root=root)
        root = above


def units_of(filing: Filing, forms: Rows) -> Units:
    """Normal forms of some forms of which a text is left."""
    living = np.bincount(filing.text_of[~filing.gone], minlength=len(filing.texts)) > 0
    rows = np.flatnonzero(living)
    text = np.full(len(filing.parent), -1, np.int64)
    text[filing.form_of[rows]] = rows
    return normal_units([filing.texts[row] or "" for row in text[forms].tolist()])


def _found(known: npt.NDArray[np.uint64], wanted: npt.NDArray[np.uint64]) -> Rows:
    """Row in ``known`` of each of ``wanted``, or -1."""
    order = np.argsort(known[:, 0], kind="stable")
    high = known[order, 0]
    first = np.searchsorted(high, wanted[:, 0], side="left")
    last = np.searchsorted(high, wanted[:, 0], side="right")
    found = np.full(len(wanted), -1, np.int64)
    for step in range(int((last - first).max(initial=0))):
        open_ = np.flatnonzero(first + step < last)
        rows = order[first[open_] + step]
        same = known[rows, 1] == wanted[open_, 1]
        found[open_[same]] = rows[same]
    return found


def enlarged(filing: Filing, ids: list[str], texts: list[str], row_of_text: dict[str, int]) -> Filing:
    """The filing with further submissions: new forms stand alone at its end, paraphrases are parted.

    ``row_of_text`` has the row of each living text and takes in those of the new.
    """
    new: list[str] = []
    text_of = np.empty(len(texts), np.int64)
    for place, text in enumerate(texts):
        row = row_of_text.setdefault(text, len(filing.texts) + len(new))
        if row == len(filing.texts) + len(new):
            new.append(text)
        text_of[place] = row
    digests = normal_units(new).digests()
    form_of = _found(filing.digests, digests)
    strange = np.flatnonzero(form_of < 0)
    firsts, number = first_digests(digests[strange])
    form_of[strange] = number + len(filing.parent)
    added = np.arange(len(filing.parent), len(filing.parent) + len(firsts))
    apart = filing.kind == _PARAPHRASE
    ones = np.ones(len(added))
    parent = np.concatenate([np.where(apart, np.arange(len(apart)), filing.parent), added])
    return Filing(
        ids=[*filing.ids, *ids],
        texts=[*filing.texts, *new],
        text_of=np.concatenate([filing.text_of, text_of]),
        form_of=np.concatenate([filing.form_of, form_of]),
        digests=np.concatenate([filing.digests, digests[strange][firsts]]),
        parent=parent,
        root=parent,
        kind=np.concatenate([np.where(apart, 0, filing.kind), np.zeros(len(added), np.uint8)]).astype(
            np.uint8
        ),
        similarity=np.concatenate([np.where(apart, 1.0, filing.similarity), ones]),
        containment=np.concatenate([np.where(apart, 1.0, filing.containment), ones]),
        gone=np.concatenate([filing.gone, np.zeros(len(ids), np.bool_)]),
    )


def resettled(
    filing: Filing, index: Index, touched: Rows, judge: Callable[[Rows, Rows], Judged], bound: float
) -> Filing:
    """The filing with those near-duplicate sets made anew that hold a touched row of the index."""
    count = len(index.forms)
    left, right = rows_of(index.links.codes)
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(count, count))
    component = connected_components(graph.tocsr(), directed=False)[1] if count else np.empty(0, np.int64)
    marked = np.zeros(count + 1, np.bool_)
    marked[component[touched]] = True
    rows = np.flatnonzero(marked[component])
    digests = filing.digests[index.forms[rows]]
    rows = rows[np.lexsort((digests[:, 1], digests[:, 0]))]
    place = np.full(count, -1, np.int64)
    place[rows] = np.arange(len(rows))
    within = place[left] >= 0
    made = stars(
        len(rows),
        (place[left[within]], place[right[within]]),
        index.sketches[rows],
        lambda one, other: judge(rows[one], rows[other]),
        bound,
    )
    forms, centres = index.forms[rows], index.forms[rows[made.centre]]
    parent, kind = filing.parent.copy(), filing.kind.copy()
    similarity, containment = filing.similarity.copy(), filing.containment.copy()
    parent[forms], kind[forms] = centres, np.where(centres != forms, _NEAR, 0)
    similarity[forms], containment[forms] = made.jaccard, made.containment
    return replace(filing, parent=parent, kind=kind, similarity=similarity, containment=containment)


def ghosts_placed(before: Filing, filing: Filing) -> Filing:
    """Forms of which no text is left put with the text of their set that was most like them."""
    ghosts = np.flatnonzero(~before.alive)
    if not len(ghosts):
        return filing
    parent, kind = filing.parent.copy(), filing.kind.copy()
    similarity, containment = filing.similarity.copy(), filing.containment.copy()
    heirs, alive = before.heirs, before.alive
    for ghost in ghosts.tolist():
        above = int(before.parent[ghost])
        heir = above if alive[above] else int(heirs[before.root[ghost]])
        measured = heir if before.parent[heir] == ghost else ghost if heir == above else None
        if not alive[heir]:
            # Nothing of the set is left; it stays as it was.
            heir, measured = above, ghost
        parent[ghost] = heir
        kind[ghost] = before.kind[ghost] if heir == above else _NEAR
        similarity[ghost] = np.nan if measured is None else before.similarity[measured]
        containment[ghost] = np.nan if measured is None else before.containment[measured]
    return replace(filing, parent=parent, kind=kind, similarity=similarity, containment=containment)
