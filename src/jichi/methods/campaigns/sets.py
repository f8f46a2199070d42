"""What grouping gives: sets of submissions that say the same, both numbers, and the evidence of each link."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Protocol, overload

import numpy as np
import numpy.typing as npt

from jichi.methods.campaigns.filing import NO_ROW, Filing
from jichi.methods.campaigns.rules import Rule
from jichi.methods.texts.errors import TextError
from jichi.methods.texts.spans import SharedSpan, shared_spans

__all__ = ["Grouping", "Kind", "Link", "Links", "OpinionSet", "Sets"]


class Kind(StrEnum):
    """How two submissions are the same, the strictest first."""

    IDENTICAL = "identical"
    NORMALISED = "normalised"
    NEAR = "near"
    PARAPHRASE = "paraphrase"


KINDS = tuple(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Why one submission is in its set: the submission it is held against, and how alike they are.

    Attributes
    ----------
    left
        Id of the member.
    right
        Id of the submission it was verified against. Following links from there ends at the representative.
    kind
        The way in which they are the same.
    similarity
        1 for identical and normalised; for near, the share of distinct three-character sequences in common
        (Jaccard); for a paraphrase, what its method measured.
    containment
        For near, the share of the shorter text's sequences that the longer holds; None for a paraphrase.
    """

    left: str
    right: str
    kind: Kind
    similarity: float
    containment: float | None = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionSet:
    """Submissions that say the same.

    Attributes
    ----------
    number
        Place in the list of sets: the largest first, then by key.
    key
        Comes from the central text alone, so it is the same wherever and in whatever order that is grouped;
        from the ids where all texts were destroyed.
    representative
        Id of the submission that stands for the set, or None where all texts were destroyed.
    size
        Submissions, the destroyed among them.
    texts
        Different texts, byte for byte.
    forms
        Different texts after normalising.
    kind
        The loosest way in which a member is linked.
    """

    number: int
    key: str
    representative: str | None
    size: int
    texts: int
    forms: int
    kind: Kind


def _key_of_ids(ids: Iterable[str]) -> npt.NDArray[np.uint64]:
    made = hashlib.blake2b("\0".join(sorted(ids)).encode("utf-8", "surrogatepass"), digest_size=16)
    return np.frombuffer(made.digest(), ">u8").astype(np.uint64)


@dataclass(frozen=True, slots=True)
class _Numbering:
    """Number of the set of each form; top form and key of each set."""

    number: npt.NDArray[np.int64]
    tops: npt.NDArray[np.int64]
    keys: npt.NDArray[np.uint64]


class Growing(Protocol):
    """Whoever knows how to put further submissions beside those of a filing."""

    def grow(self, filing: Filing, ids: Sequence[str], texts: Sequence[str]) -> tuple[Filing, Growing]:
        """The filing of all of them, and who can add to that."""
        ...

    def forget(self, forms: npt.NDArray[np.int64]) -> Growing:
        """One that holds nothing of these forms."""
        ...


@dataclass(frozen=True, eq=False, kw_only=True)
class Grouping:
    """Every submission in exactly one set.

    Attributes
    ----------
    filing
        The table behind it: which submission holds which text, which texts are one form, what is linked.
    rule
        The rule by which texts were held to be the same.
    grower
        Adds further submissions; see :meth:`add`.

    Notes
    -----
    ``ids`` and ``set_of`` keep the order of the input. All else is a function of the set of texts: other
    orders give the same sets with the same numbers, keys, centres and similarities.
    """

    filing: Filing
    rule: Rule
    grower: Growing | None = field(default=None, repr=False)

    @property
    def ids(self) -> Sequence[str]:
        """The submissions in the order given."""
        return self.filing.ids

    @property
    def submissions(self) -> int:
        """How many were handed in."""
        return len(self.filing.ids)

    @property
    def opinions(self) -> int:
        """How many distinct opinions they hold: the number of sets."""
        return len(self._numbering.tops)

    @property
    def fingerprint(self) -> str:
        """Of the rule and the version of the method."""
        return self.rule.fingerprint

    @cached_property
    def _numbering(self) -> _Numbering:
        filing = self.filing
        tops = np.flatnonzero(filing.root == np.arange(len(filing.root)))
        sizes = np.bincount(filing.root[filing.form_of_row], minlength=len(filing.root))[tops]
        keys = filing.digests[filing.heirs[tops]]
        bare = ~keys.any(axis=1)
        if bare.any():
            # A destroyed text leaves no digest behind; its set is told by who was in it.
            members: dict[int, list[str]] = {top: [] for top in tops[bare].tolist()}
            roots = filing.root[filing.form_of_row]
            for row in np.flatnonzero(np.isin(roots, tops[bare])).tolist():
                members[int(roots[row])].append(filing.ids[row])
            keys[bare] = [_key_of_ids(found) for found in members.values()]
        order = np.lexsort((keys[:, 1], keys[:, 0], -sizes))
        number = np.empty(len(filing.root), np.int64)
        number[tops[order]] = np.arange(len(tops))
        return _Numbering(number[filing.root], tops[order], keys[order])

    @cached_property
    def set_of(self) -> npt.NDArray[np.int64]:
        """Shape (n,): the number of the set of each submission, in the order of ``ids``."""
        made = self._numbering.number[self.filing.form_of_row]
        made.setflags(write=False)
        return made

    @cached_property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Shape (sets,): submissions in each set."""
        return np.bincount(self.set_of, minlength=self.opinions)

    @cached_property
    def _counts(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        number, filing = self._numbering.number, self.filing
        texts = np.bincount(number[filing.form_of], minlength=self.opinions)
        forms = np.bincount(number, minlength=self.opinions)
        loosest = np.zeros(self.opinions, np.int64)
        loosest[self.sizes > 1] = KINDS.index(Kind.IDENTICAL)
        loosest[texts > 1] = KINDS.index(Kind.NORMALISED)
        linked = np.flatnonzero(filing.parent != np.arange(len(filing.parent)))
        np.maximum.at(loosest, number[linked], filing.kind[linked].astype(np.int64))
        return texts, forms, loosest

    @cached_property
    def sets(self) -> Sets:
        """The sets, the largest first; made as they are asked for."""
        return Sets(self)

    @cached_property
    def links(self) -> Links:
        """One link for each submission that is not a representative; made as they are asked for."""
        return Links(self)

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.filing.ids)}

    def row(self, submission: str) -> int:
        """Place of a submission in ``ids``.

        Raises
        ------
        TextError
            ``unknown-id`` if it is not among them.
        """
        try:
            return self._row_of[submission]
        except KeyError:
            raise TextError(
                "unknown-id", f"no submission has the id {submission!r}", ids=[submission]
            ) from None

    def set_of_id(self, submission: str) -> int:
        """Number of the set that holds the submission."""
        return int(self.set_of[self.row(submission)])

    @cached_property
    def _by_set(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        order = np.argsort(self.set_of, kind="stable")
        return order, np.concatenate([[0], np.cumsum(self.sizes)])

    def members(self, number: int) -> tuple[str, ...]:
        """Ids of all submissions of a set, sorted.

        Raises
        ------
        TextError
            ``unknown-set`` if no set has the number.
        """
        if not 0 <= number < self.opinions:
            raise TextError(
                "unknown-set",
                f"there is no set {number}; sets are numbered 0 to {self.opinions - 1}",
                number=number,
            )
        order, starts = self._by_set
        return tuple(
            sorted(self.filing.ids[row] for row in order[starts[number] : starts[number + 1]].tolist())
        )

    @cached_property
    def leaders(self) -> npt.NDArray[np.int64]:
        """Shape (sets,): row of each set's representative, or -1 where all its texts were destroyed."""
        forms = self.filing.heirs[self._numbering.tops]
        return np.where(self.filing.alive[forms], self.filing.lead_rows[forms], NO_ROW)

    def text(self, submission: str) -> str | None:
        """The text of a submission, None where it was destroyed."""
        return self.filing.text(self.row(submission))

    def link_of(self, submission: str) -> Link | None:
        """Why a submission is where it is; None for the one that all others of its set lead to."""
        return self._link(self.row(submission))

    def _link(self, row: int) -> Link | None:
        filing = self.filing
        form = int(filing.form_of_row[row])
        lead = int(filing.lead_rows[form])
        if lead != row:
            same = filing.text_of[row] == filing.text_of[lead]
            kind = Kind.IDENTICAL if same else Kind.NORMALISED
            return Link(left=filing.ids[row], right=filing.ids[lead], kind=kind, similarity=1.0)
        parent = int(filing.parent[form])
        if parent == form:
            return None
        kind = KINDS[int(filing.kind[form])]
        return Link(
            left=filing.ids[row],
            right=filing.ids[int(filing.lead_rows[parent])],
            kind=kind,
            similarity=float(filing.similarity[form]),
            containment=None if kind is Kind.PARAPHRASE else float(filing.containment[form]),
        )

    def evidence(self, link: Link) -> tuple[SharedSpan, ...]:
        """What two linked submissions share word for word; nothing where either was destroyed."""
        left, right = self.text(link.left), self.text(link.right)
        return () if left is None or right is None else shared_spans(left, right)

    def add(self, ids: Sequence[str], texts: Sequence[str]) -> Grouping:
        """The grouping of these submissions and further ones.

        Equal in every set, number, key and similarity to grouping all of them at once, at a cost of about
        what is added and of the sets that it touches. Where texts were destroyed before, what is left of
        them stays with the text it was last with.

        Raises
        ------
        TextError
            If ids or texts are not good, or if this grouping cannot grow.
        """
        if self.grower is None:
            raise TextError("cannot-grow", "this grouping was made without what is needed to add to it")
        filing, grower = self.grower.grow(self.filing, ids, texts)
        return Grouping(filing=filing, rule=self.rule, grower=grower)

    def destroy(self, ids: Iterable[str]) -> Grouping:
        """The grouping without the texts of these submissions.

        Their places in every count and every set stay. Another representative is chosen, or None.

        Raises
        ------
        TextError
            ``unknown-id`` with all ids that are not here.
        """
        wanted = list(dict.fromkeys(ids))
        strange = [name for name in wanted if name not in self._row_of]
        if strange:
            raise TextError("unknown-id", f"no submissions have the ids {strange[:5]}", ids=strange)
        rows = np.array([self._row_of[name] for name in wanted], np.int64)
        filing, forgotten = self.filing.without(rows)
        grower = self.grower if self.grower is None else self.grower.forget(forgotten)
        return Grouping(filing=filing, rule=self.rule, grower=grower)


class Sets(Sequence[OpinionSet]):
    """The sets of a grouping, each made when it is asked for: a million objects would weigh a lot."""

    def __init__(self, grouping: Grouping) -> None:
        self._grouping = grouping

    def __len__(self) -> int:
        return self._grouping.opinions

    @overload
    def __getitem__(self, index: int) -> OpinionSet: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[OpinionSet, ...]: ...
    def __getitem__(self, index: int | slice) -> OpinionSet | tuple[OpinionSet, ...]:
        numbers = range(len(self))[index]
        if isinstance(numbers, range):
            return tuple(self._made(number) for number in numbers)
        return self._made(numbers)

    def _made(self, number: int) -> OpinionSet:
        grouping = self._grouping
        texts, forms, loosest = grouping._counts
        lead = int(grouping.leaders[number])
        return OpinionSet(
            number=number,
            key="".join(f"{int(part):016x}" for part in grouping._numbering.keys[number]),
            representative=None if lead == NO_ROW else grouping.ids[lead],
            size=int(grouping.sizes[number]),
            texts=int(texts[number]),
            forms=int(forms[number]),
            kind=KINDS[int(loosest[number])],
        )


class Links(Sequence[Link]):
    """The links of a grouping in the order of ``ids``, each made when it is asked for."""

    def __init__(self, grouping: Grouping) -> None:
        self._grouping = grouping
        filing = grouping.filing
        form, rows = filing.form_of_row, np.arange(len(filing.ids))
        self._rows = np.flatnonzero((filing.lead_rows[form] != rows) | (filing.parent[form] != form))

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Link: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Link, ...]: ...
    def __getitem__(self, index: int | slice) -> Link | tuple[Link, ...]:
        if isinstance(index, slice):
            return tuple(self._made(row) for row in self._rows[index].tolist())
        return self._made(int(self._rows[index]))

    def __iter__(self) -> Iterator[Link]:
        return (self._made(row) for row in self._rows.tolist())

    def _made(self, row: int) -> Link:
        link = self._grouping._link(row)
        if link is None:
            raise TextError("no-link", f"row {row + 1} is not linked", rows=[row + 1])
        return link
