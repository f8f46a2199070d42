"""One stage of sampling: which units there are, in which strata, and how many there were to draw from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..categories import Categories, Labels, categories
from ..errors import SurveyError, listed

__all__ = ["Size", "Stage", "make_stages"]

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Size = npt.ArrayLike | Mapping[Any, float]
"""Units in the population: per row, one for all, or by stratum."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """The units sampled at one stage.

    Attributes
    ----------
    strata
        Which stratum each row is in. Below the first stage a stratum lies within one unit of the stage above
        and is named by three: the stratum of that unit, the number of its first row (from 1), its own label.
    units
        Shape (n,): which unit each row is in, 0 up.
    unit_stratum
        Shape (units,): the stratum of each unit.
    sampled, population
        Shape (strata,): how many units were drawn, and of how many; infinite where drawn with replacement.
    parent
        Shape (strata,): the unit of the stage above that each stratum lies in; 0 at the first stage.
    is_elements
        Every row is a unit.
    """

    strata: Categories
    units: Codes
    unit_stratum: Codes
    sampled: Codes
    population: Floats
    parent: Codes
    is_elements: bool

    @property
    def n_units(self) -> int:
        """Number of units drawn."""
        return len(self.unit_stratum)

    @property
    def fraction_left(self) -> Floats:
        """Shape (strata,): the share of units not drawn, ``1 - n/N``; 1 with replacement, 0 for a census."""
        return 1 - self.sampled / self.population

    @property
    def is_single(self) -> npt.NDArray[np.bool_]:
        """Shape (strata,): one unit was drawn, and there were others."""
        found: npt.NDArray[np.bool_] = (self.sampled == 1) & (self.fraction_left >= _CENSUS)
        return found


_CENSUS = 1e-7
_DENSE = 4


def make_stages(
    strata: Sequence[Labels | None],
    clusters: Sequence[Labels | None],
    fpc: Sequence[Size | None],
    *,
    rows: int,
    nest: bool,
) -> tuple[Stage, ...]:
    """Stages from labels and population sizes, the first stage first. See :func:`.design.make_design`."""
    made: list[Stage] = []
    for number in range(max(len(strata), len(clusters), len(fpc), 1)):
        above = made[-1] if made else None
        made.append(
            _stage(
                number + 1,
                _at(strata, number),
                _at(clusters, number),
                _at(fpc, number),
                above=above,
                rows=rows,
                nest=nest,
            )
        )
    return tuple(made)


def _at(given: Sequence[Any], number: int) -> Any:
    return given[number] if number < len(given) else None


def _stage(
    number: int,
    strata: Labels | None,
    clusters: Labels | None,
    fpc: Size | None,
    *,
    above: Stage | None,
    rows: int,
    nest: bool,
) -> Stage:
    where = f" at stage {number}" if number > 1 else ""
    own = (
        Categories(codes=np.zeros(rows, dtype=np.int64), names=("all",))
        if strata is None
        else categories(strata, parameter=f"strata{where}", rows=rows)
    )
    if strata is not None and above is None:
        _refuse_empty(own)
    within = own if above is None else _within(above, own)
    units, unit_stratum, is_elements = _units(within, clusters, above, rows=rows, nest=nest, where=where)
    sampled = np.bincount(unit_stratum, minlength=within.size).astype(np.int64)
    parent = np.zeros(within.size, dtype=np.int64)
    if above is not None:
        parent[within.codes] = above.units
    return Stage(
        strata=within,
        units=units,
        unit_stratum=unit_stratum,
        sampled=sampled,
        population=_population(fpc, own, within, sampled, where),
        parent=parent,
        is_elements=is_elements,
    )


def _packed(first: Codes, second: Codes, width: int) -> tuple[Codes, Codes]:
    """Numbers of the pairs that occur, and for each pair the code it was made from."""
    both = first * width + second
    high = int(both.max(initial=0)) + 1
    if high > _DENSE * len(both):
        found, codes = np.unique(both, return_inverse=True)
        return codes.astype(np.int64, copy=False), found
    # Counting places where there are few of them: a sort of a million rows takes ten times as long.
    present = np.zeros(high, dtype=bool)
    present[both] = True
    found = np.flatnonzero(present)
    return (np.cumsum(present) - 1)[both], found


def _within(above: Stage, own: Categories) -> Categories:
    codes, found = _packed(above.units, own.codes, own.size)
    first_row = np.zeros(above.n_units, dtype=np.int64)
    # Written from the last row up, so that the first is what stays.
    first_row[above.units[::-1]] = np.arange(len(above.units))[::-1]
    names = tuple(
        (above.strata.names[above.unit_stratum[unit]], int(first_row[unit]) + 1, own.names[place])
        for unit, place in zip(found // own.size, found % own.size, strict=True)
    )
    return Categories(codes=codes, names=names)


def _units(
    strata: Categories, clusters: Labels | None, above: Stage | None, *, rows: int, nest: bool, where: str
) -> tuple[Codes, Codes, bool]:
    if clusters is None:
        return np.arange(rows, dtype=np.int64), strata.codes, True
    labels = categories(clusters, parameter=f"clusters{where}", rows=rows)
    if labels.size == rows and bool((np.bincount(labels.codes, minlength=rows) == 1).all()):
        unit_stratum = np.empty(rows, dtype=np.int64)
        unit_stratum[labels.codes] = strata.codes
        return labels.codes, unit_stratum, True
    if above is None and not nest:
        _refuse_astride(labels, strata)
    codes, found = _packed(strata.codes, labels.codes, labels.size)
    return codes, found // labels.size, len(found) == rows


def _refuse_astride(clusters: Categories, strata: Categories) -> None:
    _, found = _packed(clusters.codes, strata.codes, strata.size)
    times = np.bincount(found // strata.size, minlength=clusters.size)
    if (times > 1).any():
        groups = [clusters.names[place] for place in np.flatnonzero(times > 1)]
        raise SurveyError(
            "cluster-in-two-strata",
            f"cluster {listed(groups)} is in more than one stratum: mend the labels, or say nest=True if"
            " labels are used again in each stratum",
            groups=groups,
        )


def _refuse_empty(strata: Categories) -> None:
    empty = np.bincount(strata.codes, minlength=strata.size) == 0
    if empty.any():
        _raise_empty([strata.names[place] for place in np.flatnonzero(empty)])


def _raise_empty(groups: Sequence[Any]) -> None:
    raise SurveyError(
        "strata-empty",
        f"stratum {listed(groups)} has no row in the sample: its people are not represented; join it with a"
        " like stratum, or leave it out and say so",
        groups=list(groups),
    )


def _population(fpc: Size | None, own: Categories, within: Categories, sampled: Codes, where: str) -> Floats:
    if fpc is None:
        return np.full(within.size, np.inf)
    sizes = _sizes(fpc, own, within, where)
    wrong = ~(sizes > 0)
    if wrong.any():
        groups = [within.names[place] for place in np.flatnonzero(wrong)]
        raise SurveyError(
            "fpc-not-positive",
            f"fpc{where} of stratum {listed(groups)} is not above 0: give the number of units in the"
            " population",
            groups=groups,
        )
    if (sizes <= 1).all():
        sizes = sampled / sizes
    # A fraction such as 0.3 gives back its whole number only within rounding.
    short = sizes < sampled * (1 - 1e-9)
    if short.any():
        groups = [within.names[place] for place in np.flatnonzero(short)]
        raise SurveyError(
            "fpc-too-small",
            f"more units were sampled in stratum {listed(groups)} than fpc{where} says there are",
            groups=groups,
        )
    return np.maximum(sizes, sampled)


def _sizes(fpc: Size, own: Categories, within: Categories, where: str) -> Floats:
    if isinstance(fpc, Mapping):
        return _mapped(fpc, own, within, where)
    given = _numbers(fpc, where)
    if given.ndim == 0:
        return np.full(within.size, given)
    if given.shape != within.codes.shape:
        raise SurveyError(
            "length",
            f"fpc{where} has shape {given.shape}, but there are {len(within)} rows: give one value per row,"
            " one for all, or one per stratum as a mapping",
            parameter="fpc",
        )
    sizes = np.zeros(within.size)
    sizes[within.codes] = given
    differing = (sizes[within.codes] != given) & ~(np.isnan(sizes[within.codes]) & np.isnan(given))
    if differing.any():
        groups = sorted({within.names[place] for place in within.codes[differing].tolist()}, key=str)
        raise SurveyError(
            "fpc-varies",
            f"fpc{where} differs between rows of stratum {listed(groups)}: a stratum has one population size",
            groups=groups,
        )
    return sizes


def _numbers(fpc: Any, where: str) -> Floats:
    try:
        return np.asarray(fpc, dtype=np.float64)
    except (TypeError, ValueError):
        raise SurveyError(
            "fpc-not-numbers",
            f"fpc{where} must be numbers: how many units each stratum has in the population",
            parameter="fpc",
        ) from None


def _mapped(fpc: Mapping[Any, float], own: Categories, within: Categories, where: str) -> Floats:
    if unsampled := [name for name in fpc if name not in set(own.names)]:
        _raise_empty(unsampled)
    if lacking := [name for name in own.names if name not in fpc]:
        raise SurveyError(
            "fpc-missing",
            f"fpc has no number for stratum {listed(lacking)}",
            groups=lacking,
        )
    of_own = _numbers([fpc[name] for name in own.names], where)
    sizes = np.zeros(within.size)
    sizes[within.codes] = of_own[own.codes]
    return sizes
