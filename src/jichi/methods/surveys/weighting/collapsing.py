"""Joining small classes with their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..categories import Categories
from ..checking import is_number, whole
from ..errors import SurveyError, listed

__all__ = ["collapse"]

Floats = npt.NDArray[np.float64]


def collapse(
    classes: Categories,
    weights: Floats,
    answered: npt.NDArray[np.bool_],
    *,
    smallest: int | None,
    largest_factor: float | None,
    order: Sequence[Any] | None,
) -> tuple[Categories, tuple[tuple[Any, ...], ...]]:
    """Classes of which none is too small, and which were joined.

    Parameters
    ----------
    classes
        The class of each row.
    weights, answered
        Shape (n,): the weights, and which rows have answers.
    smallest
        Fewest rows with answers in a class; None: any.
    largest_factor
        Largest sum of weights over that of rows with answers; None: any.
    order
        Names in the order in which neighbours are joined.

    Raises
    ------
    SurveyError
        ``order`` if names are missing or unknown, ``smallest``, ``largest-factor``, ``class-too-small`` if
        even all together are too small.

    Notes
    -----
    The class with the fewest answers goes first, and joins the neighbour with fewer answers, so that no class
    grows more than it must. A joined class is named by the tuple of its parts.
    """
    named = _order(classes, order)
    if smallest is None and largest_factor is None:
        return classes, ()
    _refuse_settings(smallest, largest_factor)
    answers = np.bincount(classes.codes[answered], minlength=classes.size)
    whole = np.bincount(classes.codes, weights=weights, minlength=classes.size)
    part = np.bincount(classes.codes, weights=weights * answered, minlength=classes.size)
    groups = [[place] for place in named]
    while True:
        count = [int(answers[group].sum()) for group in groups]
        factor = [
            float(whole[group].sum() / part[group].sum()) if part[group].sum() > 0 else np.inf
            for group in groups
        ]
        bad = [
            place
            for place, (n, f, group) in enumerate(zip(count, factor, groups, strict=True))
            if whole[group].sum() > 0
            and (
                (smallest is not None and n < smallest) or (largest_factor is not None and f > largest_factor)
            )
        ]
        if not bad:
            break
        if len(groups) == 1:
            raise SurveyError(
                "class-too-small",
                f"all classes together have {count[0]} rows with answers and a factor of {factor[0]:.3g}:"
                " allow smaller classes or larger factors",
                answers=count[0],
                factor=factor[0],
            )
        worst = min(bad, key=lambda place: (count[place], -factor[place]))
        neighbours = [place for place in (worst - 1, worst + 1) if 0 <= place < len(groups)]
        other = min(neighbours, key=lambda place: count[place])
        first, second = sorted((worst, other))
        groups[first : second + 1] = [groups[first] + groups[second]]
    return _renamed(classes, groups)


def _order(classes: Categories, order: Sequence[Any] | None) -> list[int]:
    if order is None:
        return list(range(classes.size))
    given = list(order)
    lacking = [name for name in classes.names if name not in given]
    if lacking or len(given) != classes.size:
        wrong = lacking or [name for name in given if name not in classes.names] or given
        raise SurveyError(
            "order",
            f"order must hold the name of each class once; mend it at {listed(wrong)}",
            groups=wrong,
        )
    return [classes.names.index(name) for name in given]


def _refuse_settings(smallest: int | None, largest_factor: float | None) -> None:
    if smallest is not None:
        whole(smallest, 1, "smallest", code="smallest")
    if largest_factor is not None and not (is_number(largest_factor) and largest_factor >= 1):
        raise SurveyError(
            "largest-factor",
            f"largest_factor must be at least 1, not {largest_factor}",
            parameter="largest_factor",
        )


def _renamed(
    classes: Categories, groups: Sequence[Sequence[int]]
) -> tuple[Categories, tuple[tuple[Any, ...], ...]]:
    new = np.zeros(classes.size, dtype=np.int64)
    names: list[Any] = []
    joined = []
    for number, group in enumerate(groups):
        new[list(group)] = number
        parts = tuple(classes.names[place] for place in group)
        names.append(parts if len(parts) > 1 else parts[0])
        if len(parts) > 1:
            joined.append(parts)
    return Categories(codes=new[classes.codes], names=tuple(names)), tuple(joined)
