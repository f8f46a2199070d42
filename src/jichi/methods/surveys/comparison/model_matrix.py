"""What an outcome is explained by: columns of numbers, made from numbers and from labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..categories import Categories, Labels, categories, missing_labels
from ..errors import SurveyError, listed

__all__ = ["INTERCEPT", "Factor", "ModelMatrix", "model_matrix"]

Floats = npt.NDArray[np.float64]
INTERCEPT = "(intercept)"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Factor:
    """Labels as a term: a column of 0 and 1 for each label but the one that the others are compared with.

    Parameters
    ----------
    labels
        Shape (n,). None, NaN and "" are missing.
    reference
        The label that the others are compared with; None: the first in sorted order.
    """

    labels: Labels
    reference: Any = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelMatrix:
    """Columns that explain an outcome.

    Attributes
    ----------
    names
        One per column: a term's name, or ``"term=label"``.
    columns
        Shape (n, p); NaN where a row's value is missing.
    terms
        The term that each column belongs to.
    """

    names: tuple[str, ...]
    columns: Floats
    terms: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.columns.ndim != 2 or self.columns.shape[1] != len(self.names):
            raise SurveyError(
                "shape",
                f"columns has shape {self.columns.shape}, but there are {len(self.names)} names: give one"
                " column per name",
                parameter="columns",
            )
        twice = sorted({name for name in self.names if self.names.count(name) > 1})
        if twice:
            raise SurveyError(
                "names-repeated",
                f"two columns are named {listed(twice)}: give each its own name",
                parameter="names",
                names=twice,
            )

    def of_term(self, term: str) -> tuple[str, ...]:
        """Names of a term's columns.

        Raises :class:`SurveyError` ``name-unknown``.
        """
        found = tuple(name for name, own in zip(self.names, self.terms, strict=True) if own == term)
        if not found:
            raise SurveyError(
                "name-unknown", f"there is no term {term!r}, only {sorted(set(self.terms))}", name=term
            )
        return found


def model_matrix(
    terms: Mapping[str, npt.ArrayLike | Factor], *, intercept: bool = True, rows: int | None = None
) -> ModelMatrix:
    """Columns from named terms, in their order, the intercept first.

    Parameters
    ----------
    terms
        Numbers of shape (n,), NaN where missing, or a :class:`Factor`. An interaction is a term made by
        multiplying.
    intercept
        Whether the outcome has a level of its own.
    rows
        Number of rows, where there is no term to tell it.

    Raises
    ------
    SurveyError
        ``terms-none``, ``length``, ``values-not-numbers``, ``values-not-finite``, ``levels-too-few``,
        ``reference-unknown``.

    Examples
    --------
    >>> made = model_matrix({"age": [30, 40, 50], "ward": Factor(labels=["b", "a", "b"])})
    >>> made.names
    ('(intercept)', 'age', 'ward=b')
    """
    blocks: list[Floats] = []
    names: list[str] = []
    owners: list[str] = []
    for term, given in terms.items():
        found = _dummies(term, given) if isinstance(given, Factor) else _numbers(term, given)
        blocks.append(found[1])
        names.extend(found[0])
        owners.extend([term] * len(found[0]))
    n = _rows(terms, blocks, rows)
    if intercept:
        blocks, names, owners = [np.ones((n, 1)), *blocks], [INTERCEPT, *names], [INTERCEPT, *owners]
    if not blocks:
        raise SurveyError(
            "terms-none", "there is nothing to explain the outcome by: give a term or an intercept"
        )
    return ModelMatrix(names=tuple(names), columns=np.hstack(blocks), terms=tuple(owners))


def _rows(terms: Mapping[str, Any], blocks: Sequence[Floats], rows: int | None) -> int:
    if rows is None and not blocks:
        raise SurveyError("terms-none", "without terms, say how many rows there are", parameter="rows")
    expected = len(blocks[0]) if rows is None else rows
    wrong = {term: len(block) for term, block in zip(terms, blocks, strict=True) if len(block) != expected}
    if wrong:
        shown = listed(f"{term} has {found}" for term, found in wrong.items())
        raise SurveyError(
            "length",
            f"there are {expected} rows, but {shown}: give one value per row",
            expected=expected,
            found=wrong,
        )
    return expected


def _numbers(term: str, given: npt.ArrayLike) -> tuple[list[str], Floats]:
    try:
        values = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise SurveyError(
            "values-not-numbers", f"{term} must be numbers, or a Factor of labels", parameter=term
        ) from None
    if values.ndim != 1:
        raise SurveyError(
            "shape", f"{term} must be one number per row, not {values.ndim}-dimensional", parameter=term
        )
    if np.isinf(values).any():
        raise SurveyError("values-not-finite", f"{term} holds infinite numbers", parameter=term)
    return [term], values[:, np.newaxis]


def _dummies(term: str, factor: Factor) -> tuple[list[str], Floats]:
    if isinstance(factor.labels, Categories):
        coded, codes, present = factor.labels, factor.labels.codes, np.ones(len(factor.labels), dtype=bool)
    else:
        values = np.asarray(factor.labels)
        present = ~missing_labels(values)
        coded = categories(values[present], parameter=term)
        codes = np.zeros(len(values), dtype=np.int64)
        codes[present] = coded.codes
    if coded.size < 2:
        raise SurveyError(
            "levels-too-few",
            f"{term} has one label only ({listed(coded.names)}): there is nothing to compare",
            parameter=term,
        )
    reference = coded.names[0] if factor.reference is None else factor.reference
    if reference not in coded.names:
        raise SurveyError(
            "reference-unknown",
            f"reference of {term} is {reference!r}; choose one of {listed(coded.names)}",
            parameter=term,
        )
    kept = [place for place, name in enumerate(coded.names) if name != reference]
    columns = (codes[:, np.newaxis] == np.array(kept)).astype(np.float64)
    columns[~present] = np.nan
    return [f"{term}={coded.names[place]}" for place in kept], columns
