"""How likely each sampled person was to answer, from what is known of all.

References
----------
Rosenbaum, P. R. and Rubin, D. B. (1984). Reducing bias in observational studies using subclassification on
the propensity score. Journal of the American Statistical Association 79, 516-524.

Schouten, B., Cobben, F. and Bethlehem, J. (2009). Indicators for the representativeness of survey response.
Survey Methodology 35, 101-113.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..categories import Categories, Labels, categories
from ..designs.design import Design, check_length, refuse_too_large
from ..errors import SurveyError, listed
from .margins import packed
from .solving import symmetric_solver

__all__ = ["Propensity", "response_propensity"]

Floats = npt.NDArray[np.float64]

_STEPS = 50
_NEAR = 1e-10
_CERTAIN = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Propensity:
    """Estimated chances to answer.

    Attributes
    ----------
    names
        Of the coefficients; the first is the constant. A group is named by its variable and label; the first
        group of a variable is the one that others are compared with.
    coefficients
        Of the logistic regression, shape (p,); 0 where a column depends on others.
    chances
        Shape (n,): the estimated probability that a row answers.
    weights
        Shape (n,): the weights of the design.
    """

    names: tuple[Any, ...]
    coefficients: Floats
    chances: Floats
    weights: Floats

    def classes(self, count: int = 5) -> Categories:
        """Classes of like chances, of about the same number of rows each, named 1 up from the lowest.

        Rows of the same chance stay together, so that there may be fewer classes.

        Raises :class:`.errors.SurveyError` ``classes-too-few`` below 1.
        """
        if count < 1:
            raise SurveyError("classes-too-few", f"count must be at least 1, not {count}", parameter="count")
        inner = np.quantile(self.chances, np.arange(1, count) / count)
        # Chances that differ by rounding alone are the same.
        places = np.searchsorted(inner, self.chances * (1 + _NEAR), side="right")
        codes, kept = packed(places.astype(np.int64), count)
        return Categories(codes=codes, names=tuple(range(1, len(kept) + 1)))

    @property
    def representativity(self) -> float:
        r"""R-indicator: :math:`1 - 2 S(\rho)`; 1 where all are equally likely to answer.

        S is the weighted standard deviation of the chances.
        """
        total = self.weights.sum()
        mean = self.weights @ self.chances / total
        return float(1 - 2 * np.sqrt(self.weights @ (self.chances - mean) ** 2 / total))


def response_propensity(
    design: Design,
    answered: npt.ArrayLike,
    known: Mapping[Any, Labels | npt.ArrayLike],
    *,
    weighted: bool = True,
) -> Propensity:
    """Estimate from what is known of all sampled rows how likely each was to answer.

    Parameters
    ----------
    design
        The sample as it was drawn.
    answered
        Shape (n,): True where there are answers.
    known
        Variables by name, shape (n,) each: groups as text, booleans or coded; numbers are taken as numbers.
    weighted
        Use the weights of the design, so that the chances are those of the population.

    Returns
    -------
    Propensity
        Its ``classes()`` serve :func:`.nonresponse.adjust_nonresponse`.

    Raises
    ------
    SurveyError
        ``mask-not-boolean``, ``length``, ``labels-missing``, ``values-missing``, ``answers-none``,
        ``answers-all``; ``separation`` if the variables tell with certainty who answers.

    Notes
    -----
    Logistic regression by iteratively reweighted least squares, main effects only.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> design = make_design(weights=[1] * 6)
    >>> chances = response_propensity(design, [True, True, False, True, False, False], {"g": list("aaabbb")})
    >>> [round(float(one), 3) for one in chances.chances]
    [0.667, 0.667, 0.667, 0.333, 0.333, 0.333]
    """
    done = _checked_answers(answered, len(design))
    names, x = _columns(known, len(design))
    weights = design.weights / design.weights.mean() if weighted else np.ones(len(design))
    coefficients, chances = _logistic(x, done.astype(np.float64), weights)
    certain = (chances < _CERTAIN) | (chances > 1 - _CERTAIN)
    if certain.any():
        raise SurveyError(
            "separation",
            f"the variables tell with certainty whether {int(certain.sum())} rows answer, such as row"
            f" {int(np.flatnonzero(certain)[0]) + 1}: join groups in which all or none answered",
            rows=[int(row) + 1 for row in np.flatnonzero(certain)],
        )
    return Propensity(names=names, coefficients=coefficients, chances=chances, weights=design.weights)


def _checked_answers(answered: npt.ArrayLike, rows: int) -> npt.NDArray[np.bool_]:
    done = np.asarray(answered)
    if done.dtype != np.bool_:
        raise SurveyError("mask-not-boolean", "answered is one True or False per row", parameter="answered")
    check_length(done, rows, "answered")
    if not done.any():
        raise SurveyError("answers-none", "nobody answered: there is nothing to learn from")
    if done.all():
        raise SurveyError("answers-all", "everybody answered: there is nothing to adjust for")
    return done


def _columns(known: Mapping[Any, Labels | npt.ArrayLike], rows: int) -> tuple[tuple[Any, ...], Floats]:
    if not isinstance(known, Mapping):
        raise SurveyError(
            "known", "known is a mapping from name to a value or label per row", parameter="known"
        )
    names: list[Any] = ["constant"]
    columns = [np.ones(rows)]
    for name, values in known.items():
        given = values if isinstance(values, Categories) else np.asarray(values)
        if isinstance(given, np.ndarray) and given.dtype.kind in "iuf":
            names.append(name)
            columns.append(_numbers(name, given.astype(np.float64), rows))
            continue
        groups = categories(given, parameter=str(name), rows=rows)
        for place, group in enumerate(groups.names[1:], start=1):
            names.append((name, group))
            columns.append((groups.codes == place).astype(np.float64))
    return tuple(names), np.stack(columns, axis=1)


def _numbers(name: Any, column: Floats, rows: int) -> Floats:
    check_length(column, rows, str(name))
    refuse_too_large(column, ~np.isfinite(column), None, str(name))
    missing = ~np.isfinite(column)
    if missing.any():
        numbers = [int(row) + 1 for row in np.flatnonzero(missing)]
        raise SurveyError(
            "values-missing",
            f"{name} is missing in row {listed(numbers)}: give a value for each, or group the variable with a"
            " group of its own for the missing",
            column=name,
            rows=numbers,
        )
    return column


def _logistic(x: Floats, y: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Coefficients and chances that make the answers most likely."""
    beta = np.zeros(x.shape[1])
    u = np.zeros(len(y))
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(u, -500, 500)))
        curvature = weights * np.maximum(chance * (1 - chance), 1e-12)
        step = symmetric_solver((x * curvature[:, np.newaxis]).T @ x)(x.T @ (weights * (y - chance)))
        beta = beta + step
        moved = x @ step
        u = u + moved
        if np.abs(moved).max() < _NEAR:
            break
    return beta, 1 / (1 + np.exp(-np.clip(u, -500, 500)))
