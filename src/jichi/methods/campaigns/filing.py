"""The table behind a grouping: submissions, their distinct texts, the texts' forms, and the tree of links.

Three levels, each an array into the next: submission → text (byte for byte) → form (normalised). Forms stand
in trees: each is linked to the form that it was verified against, and the top of a tree is a set's centre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

__all__ = ["NO_ROW", "Filing"]

NO_ROW = -1


@dataclass(frozen=True, eq=False, kw_only=True)
class Filing:
    """Which submission says what, and what is linked to what.

    Attributes
    ----------
    ids
        The submissions.
    texts
        The distinct texts; None where all submissions of one were destroyed.
    text_of
        Shape (submissions,): row in ``texts``.
    form_of
        Shape (texts,): number of the form.
    digests
        Shape (forms, 2): digest of the form, zeros where no text of it is left.
    parent
        Shape (forms,): the form that each is linked to; itself at the top.
    root
        Shape (forms,): the form at the top.
    kind
        Shape (forms,): place of the link's kind among all kinds; 0 at the top.
    similarity, containment
        Shape (forms,): what the link to the parent measured; 1 at the top. Not a number where a text was
        destroyed before it could be measured.
    gone
        Shape (submissions,): which were destroyed.
    """

    ids: Sequence[str]
    texts: Sequence[str | None]
    text_of: npt.NDArray[np.int64]
    form_of: npt.NDArray[np.int64]
    digests: npt.NDArray[np.uint64]
    parent: npt.NDArray[np.int64]
    root: npt.NDArray[np.int64]
    kind: npt.NDArray[np.uint8]
    similarity: npt.NDArray[np.float64]
    containment: npt.NDArray[np.float64]
    gone: npt.NDArray[np.bool_]

    @property
    def alive(self) -> npt.NDArray[np.bool_]:
        """Shape (forms,): whether a text of the form is left."""
        return np.asarray(self.digests.any(axis=1))

    @cached_property
    def form_of_row(self) -> npt.NDArray[np.int64]:
        """Shape (submissions,): form of each."""
        return self.form_of[self.text_of]

    @cached_property
    def ranks(self) -> npt.NDArray[np.int64]:
        """Shape (submissions,): place of each id among the sorted ids."""
        order = sorted(range(len(self.ids)), key=self.ids.__getitem__)
        ranks = np.empty(len(order), np.int64)
        ranks[order] = np.arange(len(order))
        return ranks

    @cached_property
    def lead_rows(self) -> npt.NDArray[np.int64]:
        """Shape (forms,): the submission that shows each form.

        Of its commonest wording that is left, the one with the lowest id; of equally common wordings, that
        with the lowest id. Where nothing is left, the lowest id of all.
        """
        # Whoever is written last stays: the destroyed, then the living from the highest id down.
        order = np.lexsort((-self.ranks, ~self.gone))
        first = np.empty(len(self.texts), np.int64)
        first[self.text_of[order]] = order
        common = np.bincount(self.text_of[~self.gone], minlength=len(self.texts))
        order = np.lexsort((-self.ranks[first], common))
        lead = np.full(len(self.parent), NO_ROW, np.int64)
        lead[self.form_of[order]] = first[order]
        return lead

    @cached_property
    def heirs(self) -> npt.NDArray[np.int64]:
        """Shape (forms,): for each top, the form that stands for the set: itself or, once its texts are gone,
        the one that was most like it; itself where nothing is left. For others, meaningless."""
        heirs = np.arange(len(self.parent))
        alive = self.alive
        orphans = np.flatnonzero(alive & ~alive[self.root])
        if len(orphans):
            likeness = np.nan_to_num(self.similarity[orphans])
            direct = self.parent[orphans] == self.root[orphans]
            keys = (
                -self.digests[orphans, 1].astype(np.float64),
                -self.digests[orphans, 0].astype(np.float64),
            )
            order = np.lexsort((*keys, likeness, direct))
            heirs[self.root[orphans[order]]] = orphans[order]
        return heirs

    def text(self, row: int) -> str | None:
        """The text of one submission, None where it was destroyed."""
        return None if self.gone[row] else self.texts[int(self.text_of[row])]

    def without(self, rows: npt.NDArray[np.int64]) -> tuple[Filing, npt.NDArray[np.int64]]:
        """The same with these submissions destroyed, and the forms of which no text is left now."""
        gone = self.gone.copy()
        gone[rows] = True
        living = np.bincount(self.text_of[~gone], minlength=len(self.texts)) > 0
        texts = list(self.texts)
        for text in np.flatnonzero(~living).tolist():
            texts[text] = None
        kept = np.bincount(self.form_of[living], minlength=len(self.parent)) > 0
        forgotten = np.flatnonzero(self.alive & ~kept)
        digests = self.digests.copy()
        digests[forgotten] = 0
        return replace(self, texts=texts, digests=digests, gone=gone), forgotten
