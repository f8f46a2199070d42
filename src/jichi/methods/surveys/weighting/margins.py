"""What is known of a population: totals of its groups, checked against the sample that is to meet them.

Rows that share their group in every margin form a cell. All that margins ask of weights can be computed on
cells, of which there are a few hundred, instead of on rows, of which there may be a million.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ..categories import Categories, Labels, categories
from ..checking import LARGEST
from ..designs.design import Design
from ..errors import SurveyError, listed, rows_where

__all__ = ["Cells", "KnownMargin", "Margin", "check_margins", "make_cells", "packed", "refuse_negative"]

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_SAME = 1e-9  # grand totals of margins that differ by less, as a fraction, differ by rounding
_DENSE = 4  # codes up to this many times the rows are counted rather than sorted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Margin:
    """How many there are in the population of each of some groups.

    Attributes
    ----------
    groups
        Shape (n,): the group of each row.
    totals
        Number in the population by group.
    name
        For messages, such as ``"ward"``.
    """

    groups: Labels
    totals: Mapping[Any, float]
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownMargin:
    """A margin that fits the sample: each row has a group, each total has rows.

    ``totals`` has shape (groups,) in the order of the groups' names; 0 for names without rows.
    """

    name: str
    groups: Categories
    totals: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Rows by the groups they share.

    Attributes
    ----------
    codes
        Shape (n,): the cell of each row.
    size
        Number of cells.
    places
        One per margin, shape (cells,): the place of the cell's group in the margin.
    membership
        Shape (cells, p), sparse: 1 where a cell is in a group; the groups of all margins side by side.
    """

    codes: Codes
    size: int
    places: tuple[Codes, ...]
    membership: sparse.csr_array

    def sum(self, values: Floats) -> Floats:
        """Sums by cell, shape (cells,), of values of shape (n,)."""
        return np.asarray(np.bincount(self.codes, weights=values, minlength=self.size), dtype=np.float64)

    def sums(self, values: Floats) -> Floats:
        """Sums by cell, shape (cells, k), of values of shape (n, k)."""
        if values.shape[1] == 1:
            return self.sum(values[:, 0])[:, np.newaxis]
        n = len(self.codes)
        # One pass over the rows as they lie in memory; a bincount per column would read all of them k times.
        chooser = sparse.csc_array((np.ones(n), self.codes, np.arange(n + 1)), shape=(self.size, n))
        return np.asarray(chooser @ values)


def check_margins(
    design: Design, margins: Sequence[Margin | tuple[Labels, Mapping[Any, float]]], *, scale: bool = False
) -> tuple[KnownMargin, ...]:
    """Margins that the sample can meet.

    Parameters
    ----------
    design
        The sample. Only rows with a weight count.
    margins
        Margins, or pairs of groups and totals.
    scale
        Bring all margins to the grand total of the first, where they differ.

    Raises
    ------
    SurveyError
        ``margins-none``, ``margin-malformed``, ``length``, ``labels-missing``, ``domain-empty``,
        ``group-unknown``, ``group-empty``, ``totals-not-numbers``, ``totals-not-positive``,
        ``margins-differ``.
    """
    if margins is None or len(margins) == 0:
        raise SurveyError("margins-none", "give at least one margin: groups of rows and their totals")
    if not (design.weights != 0).any():
        raise SurveyError("domain-empty", "no row of the domain has a weight: there is nothing to adjust")
    known = [_known(design, _named(margin, number)) for number, margin in enumerate(margins, start=1)]
    sums = [float(one.totals.sum()) for one in known]
    for one, total in zip(known, sums, strict=True):
        if not scale and abs(total - sums[0]) > _SAME * sums[0]:
            raise SurveyError(
                "margins-differ",
                f"the totals of {known[0].name} add up to {sums[0]:.12g}, those of {one.name} to"
                f" {total:.12g}: all margins describe one population; mend the totals, or say that they"
                " are to be scaled to the first",
                margins=[known[0].name, one.name],
                totals=[sums[0], total],
            )
    # Differences by rounding would keep raking from ever meeting all margins.
    return tuple(
        KnownMargin(name=one.name, groups=one.groups, totals=one.totals * (sums[0] / total))
        for one, total in zip(known, sums, strict=True)
    )


def make_cells(margins: Sequence[KnownMargin]) -> Cells:
    """Rows by the groups they share in all margins."""
    first = margins[0].groups
    codes, found = packed(first.codes, first.size)
    places = [found]
    for margin in margins[1:]:
        width = margin.groups.size
        codes, found = packed(codes * width + margin.groups.codes, len(places[0]) * width)
        places = [place[found // width] for place in places] + [found % width]
    return Cells(
        codes=codes,
        size=len(places[0]),
        places=tuple(places),
        membership=_membership(places, [margin.groups.size for margin in margins]),
    )


def packed(codes: Codes, size: int) -> tuple[Codes, Codes]:
    """Codes renumbered without gaps, and for each new code the old one."""
    if size > _DENSE * len(codes) + 1024:
        found, inverse = np.unique(codes, return_inverse=True)
        return inverse.astype(np.int64, copy=False), found
    present = np.bincount(codes, minlength=size) > 0
    kept = np.flatnonzero(present)
    return (codes if present.all() else (np.cumsum(present) - 1)[codes]), kept


def refuse_negative(design: Design) -> None:
    """Refuse weights below 0, as unbounded linear calibration may leave them: factors cannot mend them.

    Raises :class:`SurveyError` ``weights-negative``.
    """
    wrong = design.weights < 0
    if wrong.any():
        rows = rows_where(wrong)
        raise SurveyError(
            "weights-negative",
            f"the weight in row {listed(rows)} is below 0 after an earlier calibration: bound that one, or"
            " start from the weights before it",
            rows=rows,
        )


def _membership(places: Sequence[Codes], sizes: Sequence[int]) -> sparse.csr_array:
    starts = np.concatenate([[0], np.cumsum(sizes)])
    columns = np.stack([place + start for place, start in zip(places, starts[:-1], strict=True)], axis=1)
    n_cells, n_margins = columns.shape
    return sparse.csr_array(
        (
            np.ones(columns.size),
            columns.ravel(),
            np.arange(n_cells + 1) * n_margins,
        ),
        shape=(n_cells, int(starts[-1])),
    )


def _named(margin: Any, number: int) -> Margin:
    if isinstance(margin, Margin):
        found = replace(margin, name=margin.name or f"margin {number}")
    else:
        is_pair = isinstance(margin, tuple | list) and len(margin) == 2
        pair: Any = margin if is_pair else (None, None)
        found = Margin(groups=pair[0], totals=pair[1], name=f"margin {number}")
    if not hasattr(found.totals, "items"):
        raise SurveyError(
            "margin-malformed",
            f"{found.name} is not a pair of each row's group and a mapping from group to total, such as"
            " (sex, {'f': 5200, 'm': 4800})",
            margin=found.name,
        )
    return found


def _known(design: Design, margin: Margin) -> KnownMargin:
    groups = categories(margin.groups, parameter=margin.name, rows=len(design))
    counted = design.weights != 0
    rows = np.bincount(groups.codes[counted] if not counted.all() else groups.codes, minlength=groups.size)
    present = {name for name, count in zip(groups.names, rows.tolist(), strict=True) if count}
    _refuse_unknown(margin, groups, counted, present)
    if empty := [name for name, total in margin.totals.items() if name not in present and total != 0]:
        raise SurveyError(
            "group-empty",
            f"{margin.name} has a total for {listed(empty)}, but no row of the sample is there: join such a"
            " group with a like one, in rows and totals",
            margin=margin.name,
            groups=empty,
        )
    totals = _numbers(margin, groups)
    wrong = ~((totals > 0) & (totals <= LARGEST)) & (rows > 0)
    if wrong.any():
        named = [groups.names[place] for place in np.flatnonzero(wrong)]
        raise SurveyError(
            "totals-not-positive",
            f"{margin.name} has no total above 0 for {listed(named)}, though there are rows: mend the total,"
            " or leave these rows out",
            margin=margin.name,
            groups=named,
        )
    return KnownMargin(name=margin.name, groups=groups, totals=totals)


def _numbers(margin: Margin, groups: Categories) -> Floats:
    try:
        found = [float(margin.totals.get(name, 0.0)) for name in groups.names]
    except (TypeError, ValueError):
        raise SurveyError(
            "totals-not-numbers",
            f"the totals of {margin.name} must be numbers, one for each group",
            margin=margin.name,
        ) from None
    return np.array(found)


def _refuse_unknown(
    margin: Margin, groups: Categories, counted: npt.NDArray[np.bool_], present: set[Any]
) -> None:
    unknown = [name for name in groups.names if name in present and name not in margin.totals]
    if unknown:
        places = [groups.names.index(name) for name in unknown]
        rows = rows_where(np.isin(groups.codes, places) & counted)
        raise SurveyError(
            "group-unknown",
            f"{margin.name} has no total for {listed(unknown)} (row {listed(rows)}): add the total, or join"
            " the group with one that has it",
            margin=margin.name,
            groups=unknown,
            rows=rows,
        )
