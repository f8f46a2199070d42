"""The list that a sample is drawn from, checked, with a fingerprint that does not depend on its order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import SurveyError, listed, rows_where

__all__ = ["Column", "Labelled", "Register", "make_register"]

Codes = npt.NDArray[np.int64]
Text = npt.NDArray[np.str_]
Column = Sequence[Any] | npt.NDArray[Any]
"""Text or whole numbers, one per row."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")  # and halves of characters, which no file can hold
_LINES = 50_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labelled:
    """A column of labels: each label once, and the place of every row's in that list."""

    names: tuple[str, ...]
    codes: Codes

    def of(self, rows: Codes) -> list[str]:
        """Labels of some rows."""
        return [self.names[code] for code in self.codes[rows].tolist()]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Register:
    """Everybody (or everything) that might be drawn. Made by :func:`make_register`.

    Attributes
    ----------
    keys
        Shape (n,), text.
    strata, clusters, addresses
        Labels of rows. A column that was not given has one empty label.
    excluded
        Why a row is not to be drawn; "" where it may be.
    order
        Shape (n,): rows sorted by key.
    has_clusters, has_addresses
        Whether the column was given.
    """

    keys: Text
    strata: Labelled
    clusters: Labelled
    addresses: Labelled
    excluded: Labelled
    order: Codes
    has_clusters: bool
    has_addresses: bool

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def eligible(self) -> npt.NDArray[np.bool_]:
        """Shape (n,): which rows may be drawn."""
        return np.asarray(self.excluded.codes == 0)

    @property
    def exclusions(self) -> dict[str, int]:
        """How many rows are excluded, by reason."""
        counts = np.bincount(self.excluded.codes, minlength=len(self.excluded.names)).tolist()
        found = dict(zip(self.excluded.names[1:], counts[1:], strict=True))
        return {reason: count for reason, count in sorted(found.items()) if count}

    def fingerprint(self) -> str:
        """SHA-256 of the register's lines sorted by key, in hexadecimal.

        A line is key, stratum, cluster, address and reason of exclusion, joined by tabs and ended by a line
        feed, in UTF-8; what ``LC_ALL=C sort register.tsv | sha256sum`` prints.
        """
        digest = hashlib.sha256()
        for first in range(0, len(self), _LINES):
            digest.update(self._lines(self.order[first : first + _LINES]))
        return digest.hexdigest()

    def _lines(self, rows: Codes) -> bytes:
        labels = (self.strata, self.clusters, self.addresses, self.excluded)
        lines = zip(self.keys[rows].tolist(), *(column.of(rows) for column in labels), strict=True)
        return "".join(["\t".join(line) + "\n" for line in lines]).encode()


def make_register(
    keys: Column,
    *,
    strata: Column | None = None,
    clusters: Column | None = None,
    addresses: Column | None = None,
    excluded: Mapping[str, npt.ArrayLike] | None = None,
) -> Register:
    """Check a list of people to draw from.

    Parameters
    ----------
    keys
        What tells rows apart, text or whole numbers, no two alike.
    strata
        Label of each row's stratum; None: there is one, with an empty name.
    clusters
        Label of each row's cluster, such as a district; None: people are drawn at once.
    addresses
        Label of each row's address or household.
    excluded
        Rows that are not to be drawn, as shape (n,) of booleans by reason. A row with several has the
        first. They stay in the fingerprint and are counted in the record.

    Returns
    -------
    Register

    Raises
    ------
    SurveyError
        ``register-empty``, ``register-none-eligible``, ``length``, ``labels-missing``, ``labels-not-text``
        (neither text nor whole numbers), ``control-character``, ``keys-repeated``,
        ``cluster-in-two-strata``, ``mask-not-boolean``. Rows are named.

    Examples
    --------
    >>> register = make_register([3, 1, 2], excluded={"moved": [True, False, False]})
    >>> register.exclusions, register.fingerprint()[:8]
    ({'moved': 1}, 'd36932af')
    """
    named = _keys(keys)
    n = len(named)
    order = np.argsort(named, kind="stable").astype(np.int64)
    _refuse_repeated(named, order)
    found = Register(
        keys=named,
        strata=_labelled(strata, "strata", n),
        clusters=_labelled(clusters, "clusters", n),
        addresses=_labelled(addresses, "addresses", n),
        excluded=_reasons(excluded or {}, n),
        order=order,
        has_clusters=clusters is not None,
        has_addresses=addresses is not None,
    )
    if not found.eligible.any():
        raise SurveyError("register-none-eligible", "every row of the register is excluded")
    if found.has_clusters:
        _refuse_astride(found)
    return found


def _keys(column: Column) -> Text:
    values = _column(column, "keys", None)
    if len(values) == 0:
        raise SurveyError("register-empty", "the register has no rows")
    if values.dtype.kind in "iu":
        return values.astype(str)
    texts = values.tolist()
    for code, told, wrong in _WRONGS:
        # One look at all the text is cheap; only where something is wrong are rows gone through.
        if code == "control-character" and _CONTROL.search("".join(texts)) is None:
            continue
        _refuse(code, told, [place + 1 for place, text in enumerate(texts) if wrong(text)], "keys")
    return values.astype(str)


def _labelled(column: Column | None, parameter: str, rows: int) -> Labelled:
    if column is None:
        return Labelled(names=("",), codes=np.zeros(rows, dtype=np.int64))
    values = _column(column, parameter, rows)
    if values.dtype.kind in "iu":
        numbers, codes = np.unique(values, return_inverse=True)
        return Labelled(names=tuple(map(str, numbers.tolist())), codes=codes.astype(np.int64, copy=False))
    texts = values.tolist()
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    codes = np.fromiter(map(places.__getitem__, texts), dtype=np.int64, count=rows)
    for code, told, wrong in _WRONGS:
        bad = np.array([wrong(text) for text in places], dtype=bool)
        _refuse(code, told, rows_where(bad[codes]), parameter)
    return Labelled(names=tuple(places), codes=codes)


def _column(column: Column, parameter: str, rows: int | None) -> npt.NDArray[Any]:
    """One-dimensional, and text or whole numbers."""
    values = np.asarray(column)
    if values.ndim != 1 or (rows is not None and len(values) != rows):
        there = "one dimension is needed" if rows is None else f"there are {rows} rows"
        raise SurveyError(
            "length",
            f"{parameter} has shape {values.shape}, but {there}: give one label per row",
            parameter=parameter,
        )
    if values.dtype.kind in "iuU" or not len(values):
        return values
    if values.dtype.kind == "O":
        wrong = np.array([not isinstance(one, str) for one in values.tolist()], dtype=bool)
    else:
        wrong = np.ones(len(values), dtype=bool)
    _refuse("labels-not-text", "is neither text nor a whole number", rows_where(wrong), parameter)
    return values


def _is_empty(text: str) -> bool:
    return text == ""


def _has_control(text: str) -> bool:
    return _CONTROL.search(text) is not None


_WRONGS: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("labels-missing", "is empty", _is_empty),
    ("control-character", "holds a control character", _has_control),
)


def _refuse(code: str, told: str, rows: Sequence[int], parameter: str) -> None:
    if rows:
        raise SurveyError(code, f"{parameter} in row {listed(rows)} {told}", parameter=parameter, rows=rows)


def _refuse_repeated(keys: Text, order: npt.NDArray[np.int64]) -> None:
    ordered = keys[order]
    alike = ordered[1:] == ordered[:-1]
    if alike.any():
        both = np.zeros(len(keys), dtype=bool)
        both[order[1:][alike]] = True
        both[order[:-1][alike]] = True
        rows = rows_where(both)
        repeated = sorted({str(key) for key in keys[both].tolist()})
        raise SurveyError(
            "keys-repeated",
            f"key {listed(repeated)} stands more than once, in row {listed(rows)}: who is there twice would"
            " be twice as likely to be drawn",
            rows=rows,
            keys=repeated,
        )


def _reasons(excluded: Mapping[str, npt.ArrayLike], n: int) -> Labelled:
    codes = np.zeros(n, dtype=np.int64)
    names = _labelled(list(excluded), "excluded", len(excluded)).names if excluded else ()
    for number, (reason, mask) in enumerate(excluded.items(), start=1):
        chosen = np.asarray(mask)
        if chosen.dtype != np.bool_ or chosen.shape != (n,):
            raise SurveyError(
                "mask-not-boolean",
                f"excluded[{reason!r}] is one True or False per row, of {n} rows",
                parameter="excluded",
            )
        codes[chosen & (codes == 0)] = number
    return Labelled(names=("", *names), codes=codes)


def _refuse_astride(register: Register) -> None:
    """Clusters of eligible rows lie in one stratum each; labels may not be used again."""
    rows = register.eligible
    clusters, strata = register.clusters.codes[rows], register.strata.codes[rows]
    lowest = np.full(len(register.clusters.names), len(register.strata.names))
    highest = np.full(len(register.clusters.names), -1)
    np.minimum.at(lowest, clusters, strata)
    np.maximum.at(highest, clusters, strata)
    astride = (highest >= 0) & (lowest != highest)
    if astride.any():
        groups = sorted(register.clusters.names[place] for place in np.flatnonzero(astride))
        raise SurveyError(
            "cluster-in-two-strata",
            f"cluster {listed(groups)} has people of more than one stratum: a cluster lies in one",
            groups=groups,
        )
