"""Several years' samples as one, so that a year is a domain of it and any comparison of years a contrast.

Samples drawn independently are strata of the whole: a stratum of one year has nothing to do with that of
another. Where the same units (people of a panel, districts visited each time) are in several years, they
stand once, and what they share is counted.

References
----------
Kish, L. (1965). Survey Sampling. Wiley, section 12.4.

Korn, E. L. and Graubard, B. I. (1999). Analysis of Health Surveys. Wiley.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..categories import Categories, Labels, categories
from ..errors import SurveyError, listed
from .design import Adjustment, Design, SingleUnit, make_design
from .stages import Stage

__all__ = ["Pooled", "pool"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pooled:
    """Several samples stacked.

    Attributes
    ----------
    design
        All of them.
    waves
        Which sample each row is of, named as they were given.
    """

    design: Design
    waves: Categories

    def stack(self, values: Mapping[Any, npt.ArrayLike]) -> npt.NDArray[Any]:
        """One array of all samples' values, given by sample, in the order of the rows.

        Raises :class:`SurveyError` ``waves-differ`` or ``length``.
        """
        _refuse_other(self.waves.names, values)
        columns = [np.asarray(values[name]) for name in self.waves.names]
        sizes = np.bincount(self.waves.codes, minlength=self.waves.size).tolist()
        wrong = [
            f"{name} has {len(column)}, not {size}"
            for name, column, size in zip(self.waves.names, columns, sizes, strict=True)
            if len(column) != size
        ]
        if wrong:
            raise SurveyError(
                "length", f"values of {listed(wrong)}: give one value per row", parameter="values"
            )
        return np.concatenate(columns)

    def only(self, wave: Any) -> Design:
        """One sample as a domain of the whole.

        Raises :class:`SurveyError` ``waves-differ``.
        """
        if wave not in self.waves.names:
            raise SurveyError("waves-differ", f"there is no sample {wave!r}, only {listed(self.waves.names)}")
        return self.design.where(self.waves.codes == self.waves.names.index(wave))


def pool(designs: Mapping[Any, Design], *, units: Mapping[Any, Labels] | None = None) -> Pooled:
    """Stack the samples of several years.

    Parameters
    ----------
    designs
        By year, or whatever tells them apart; at least two.
    units
        For samples that share first-stage units: the label of each row's unit, by year, shape (n,) each. A
        label means the same unit in every year, and its stratum must have the same name in every year.
        None: the samples were drawn independently.

    Returns
    -------
    Pooled
        Weights are kept, so that each year's add up to its population. Adjustments to known totals go on
        counting, each for its own rows.

    Raises
    ------
    SurveyError
        ``waves-too-few``, ``waves-differ``, ``single-unit-differs``, ``length``, ``unit-moved`` if a unit
        is in another stratum in another year, ``single-unit``.

    Notes
    -----
    With shared units the variance is that between first-stage units, as if they were drawn with
    replacement: what a rotating panel draws of how many is not one number. That is a little too large,
    never too small, where they were drawn without.
    """
    if len(designs) < 2:
        raise SurveyError("waves-too-few", "pooling takes at least two samples", parameter="designs")
    choices = sorted({design.single_unit for design in designs.values()})
    if len(choices) > 1:
        raise SurveyError(
            "single-unit-differs",
            f"the samples treat single units differently ({listed(choices)}): make them alike",
            groups=[str(choice) for choice in choices],
        )
    members = tuple(designs.values())
    sizes = np.array([len(design) for design in members])
    waves = Categories(codes=np.repeat(np.arange(len(sizes)), sizes), names=tuple(designs))
    made = _independent(designs) if units is None else _shared(designs, units, waves, choices[0])
    design = Design(
        weights=np.concatenate([one.weights for one in members]),
        base_weights=np.concatenate([one.base_weights for one in members]),
        stages=made,
        single_unit=choices[0],
        adjustments=_adjustments(members, sizes),
        active=_active(members),
        history=("pool",),
    )
    return Pooled(design=design, waves=waves)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _EachItsOwn:
    """Every sample's adjustments, the last first, for its own rows."""

    bounds: tuple[slice, ...]
    adjustments: tuple[tuple[Adjustment, ...], ...]

    def residual(self, influence: Floats) -> Floats:
        found = influence.copy()
        for rows, own in zip(self.bounds, self.adjustments, strict=True):
            part = influence[rows]
            for adjustment in reversed(own):
                part = adjustment.residual(part)
            found[rows] = part
        return found


def _adjustments(members: tuple[Design, ...], sizes: npt.NDArray[np.int64]) -> tuple[Adjustment, ...]:
    if not any(design.adjustments for design in members):
        return ()
    ends = np.cumsum(sizes)
    bounds = tuple(slice(int(end - size), int(end)) for end, size in zip(ends, sizes, strict=True))
    return (_EachItsOwn(bounds=bounds, adjustments=tuple(design.adjustments for design in members)),)


def _active(members: tuple[Design, ...]) -> npt.NDArray[np.bool_] | None:
    if all(design.active is None for design in members):
        return None
    return np.concatenate(
        [np.ones(len(design), dtype=bool) if design.active is None else design.active for design in members]
    )


def _independent(designs: Mapping[Any, Design]) -> tuple[Stage, ...]:
    deepest = max(len(design.stages) for design in designs.values())
    padded = [_padded(design, deepest) for design in designs.values()]
    labels = tuple(designs)
    made: list[Stage] = []
    for number in range(deepest):
        level = [stages[number] for stages in padded]
        above = None if number == 0 else [stages[number - 1] for stages in padded]
        made.append(_stacked(labels, level, above))
    return tuple(made)


def _padded(design: Design, depth: int) -> list[Stage]:
    """Stages below the last are a census of each unit's rows: they add nothing."""
    stages = list(design.stages)
    while len(stages) < depth:
        above = stages[-1]
        sampled = np.bincount(above.units, minlength=above.n_units).astype(np.int64)
        stages.append(
            Stage(
                strata=Categories(codes=above.units, names=tuple(range(above.n_units))),
                units=np.arange(len(above.units), dtype=np.int64),
                unit_stratum=above.units,
                sampled=sampled,
                population=sampled.astype(np.float64),
                parent=np.arange(above.n_units, dtype=np.int64),
                is_elements=True,
            )
        )
    return stages


def _stacked(labels: tuple[Any, ...], level: list[Stage], above: list[Stage] | None) -> Stage:
    strata = _offsets([stage.strata.size for stage in level])
    units = _offsets([stage.n_units for stage in level])
    parents = (
        np.zeros(len(level), dtype=np.int64) if above is None else _offsets([one.n_units for one in above])
    )
    names = tuple(
        (label, name) for label, stage in zip(labels, level, strict=True) for name in stage.strata.names
    )
    return Stage(
        strata=Categories(
            codes=np.concatenate(
                [stage.strata.codes + start for stage, start in zip(level, strata, strict=True)]
            ),
            names=names,
        ),
        units=np.concatenate([stage.units + start for stage, start in zip(level, units, strict=True)]),
        unit_stratum=np.concatenate(
            [stage.unit_stratum + start for stage, start in zip(level, strata, strict=True)]
        ),
        sampled=np.concatenate([stage.sampled for stage in level]),
        population=np.concatenate([stage.population for stage in level]),
        parent=np.concatenate([stage.parent + start for stage, start in zip(level, parents, strict=True)]),
        is_elements=all(stage.is_elements for stage in level),
    )


def _offsets(sizes: list[int]) -> npt.NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)


def _shared(
    designs: Mapping[Any, Design], units: Mapping[Any, Labels], waves: Categories, choice: SingleUnit
) -> tuple[Stage, ...]:
    _refuse_other(waves.names, units)
    labels: list[Any] = []
    strata: list[Any] = []
    for name, design in designs.items():
        own = categories(units[name], parameter=f"units[{name!r}]", rows=len(design))
        labels.extend(own.names[code] for code in own.codes.tolist())
        first = design.stages[0].strata
        strata.extend(first.names[code] for code in first.codes.tolist())
    _refuse_moved(labels, strata)
    coded = {name: place for place, name in enumerate(dict.fromkeys(strata))}
    known = {name: place for place, name in enumerate(dict.fromkeys(labels))}
    made = make_design(
        weights=1.0,
        strata=Categories(codes=np.array([coded[name] for name in strata]), names=tuple(coded)),
        clusters=Categories(codes=np.array([known[name] for name in labels]), names=tuple(known)),
        single_unit=choice,
        rows=len(labels),
    )
    return made.stages


def _refuse_moved(labels: list[Any], strata: list[Any]) -> None:
    seen: dict[Any, Any] = {}
    moved = [
        unit
        for unit, stratum in zip(labels, strata, strict=True)
        if seen.setdefault(unit, stratum) != stratum
    ]
    if moved:
        groups = list(dict.fromkeys(moved))
        raise SurveyError(
            "unit-moved",
            f"unit {listed(groups)} is in another stratum in another sample: name strata alike in all"
            " samples, or label the unit anew",
            groups=groups,
        )


def _refuse_other(names: tuple[Any, ...], given: Mapping[Any, Any]) -> None:
    unlike = [name for name in (*names, *given) if name not in names or name not in given]
    if unlike:
        raise SurveyError(
            "waves-differ",
            f"give one array for each of {listed(names)}; {listed(unlike)} does not match",
            groups=unlike,
        )
