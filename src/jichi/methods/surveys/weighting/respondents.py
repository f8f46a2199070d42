"""The part of a sample that answered, as a sample of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ..categories import Categories
from ..designs.design import Design, SingleUnit, counted
from ..designs.stages import Stage
from ..errors import SurveyError, listed
from .margins import packed

__all__ = ["respondents_only"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def respondents_only(design: Design, answered: Mask, weights: Floats) -> Design:
    """The sample of those who answered.

    Parameters
    ----------
    design
        The sample as it was drawn.
    answered
        Shape (n,).
    weights
        Shape (n,): weights that make the respondents stand for all; only theirs are used.

    Raises
    ------
    SurveyError
        ``single-unit`` if only one element is left in a stratum and nothing is chosen for it,
        ``adjusted-before`` if the weights were brought to known totals already, ``domain-before`` if the
        sample was narrowed to a domain.

    Notes
    -----
    Sampled clusters stay in the sample even if nobody in them answered: they were drawn, and their total is
    0. Of elements, those who answered count as drawn.
    """
    if design.adjustments:
        raise SurveyError(
            "adjusted-before",
            "the weights were brought to known totals before nonresponse was adjusted for: do it afterwards",
        )
    if design.active is not None:
        raise SurveyError(
            "domain-before",
            "the sample was narrowed to a domain before nonresponse was adjusted for: adjust the whole first",
        )
    stages: list[Stage] = []
    lines: npt.NDArray[np.int64] | None = None
    for stage in design.stages:
        made, lines = _cut(stage, answered, lines)
        stages.append(made)
    _refuse_single(stages, design.single_unit)
    first = stages[0]
    empty = len(np.unique(first.units)) < first.n_units
    own = weights[answered]
    return replace(
        design,
        weights=own,
        base_weights=own,
        stages=tuple(stages),
        # Degrees of freedom then count only the clusters that somebody answered in.
        active=np.ones(len(own), dtype=bool) if empty else None,
        history=(*design.history, "nonresponse"),
    )


def _cut(
    stage: Stage, answered: Mask, above: npt.NDArray[np.int64] | None
) -> tuple[Stage, npt.NDArray[np.int64] | None]:
    """A stage without those who did not answer, and the new numbers of its units where they changed."""
    strata, units = stage.strata.codes[answered], stage.units[answered]
    parent = stage.parent if above is None else above[stage.parent]
    if not stage.is_elements:
        names = Categories(codes=strata, names=stage.strata.names)
        return replace(stage, strata=names, units=units, parent=parent), None
    codes, kept = packed(strata, stage.strata.size)
    names = Categories(codes=codes, names=tuple(stage.strata.names[place] for place in kept))
    numbers = np.full(stage.n_units, -1, dtype=np.int64)
    numbers[units] = np.arange(len(units))
    made = Stage(
        strata=names,
        units=np.arange(len(units), dtype=np.int64),
        unit_stratum=codes,
        sampled=np.bincount(codes, minlength=len(kept)).astype(np.int64),
        population=stage.population[kept],
        parent=parent[kept],
        is_elements=True,
    )
    return made, numbers


def _refuse_single(stages: list[Stage], choice: SingleUnit) -> None:
    if choice is not SingleUnit.REFUSE:
        return
    for stage in counted(stages):
        if stage.is_single.any():
            groups = [stage.strata.names[place] for place in np.flatnonzero(stage.is_single)]
            raise SurveyError(
                "single-unit",
                f"only one unit answered in stratum {listed(groups)}: join it with a like stratum, or choose"
                " with single_unit of the design what it adds to the variance",
                groups=groups,
            )
