"""Names of participants and statements: sorted once, and a position for every row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jichi.methods.errors import listed

from .errors import VoteError

__all__ = ["Ids", "Names", "Positions", "indexed", "joined", "positions"]

Ids = npt.NDArray[Any]
"""Sorted, distinct names: whole numbers (int64) or text (a numpy string array)."""

Positions = npt.NDArray[np.integer[Any]]


_NUMBER = re.compile(r"0|[1-9][0-9]*")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Names:
    """The distinct names of a column, sorted, and where each row's name stands among them."""

    ids: Ids
    positions: Positions


def _wrong_rows(what: str, rows: list[int]) -> VoteError:
    return VoteError(
        "ids-not-names",
        f"{what} in rows {listed(rows)} are not names: give whole numbers in every row, or text that is"
        " not empty (and has no NUL character) in every row",
        what=what,
        rows=rows,
    )


def _whole_numbers(ids: npt.NDArray[np.int64]) -> Names:
    """Sorted distinct numbers; a table of look-ups where the numbers lie close, a search elsewhere."""
    if ids.size == 0:
        return Names(ids=ids, positions=ids)
    low, high = int(ids.min()), int(ids.max())
    if high - low < 4 * ids.size + 1024:
        offsets = ids if low == 0 else ids - low
        present = np.zeros(high - low + 1, dtype=np.bool_)
        present[offsets] = True
        places = np.cumsum(present, dtype=np.int32) - np.int32(1)
        return Names(ids=np.flatnonzero(present) + low, positions=places[offsets])
    distinct = np.unique(ids)
    return Names(ids=distinct, positions=np.searchsorted(distinct, ids))


def _text_order(names: Iterable[str]) -> list[str]:
    """Numbers written as text in the order of numbers; all else by code points."""
    found = list(names)
    if all(_NUMBER.fullmatch(name) for name in found):
        return sorted(found, key=int)
    return sorted(found)


def _kind(kind: type) -> str | None:
    if issubclass(kind, str):
        return "text"
    return "number" if issubclass(kind, (int, np.integer)) and kind is not bool else None


def _text(what: str, ids: list[object]) -> Names:
    distinct = dict.fromkeys(ids)
    bad = {name for name in distinct if not (isinstance(name, str) and name and "\0" not in name)}
    if bad:
        raise _wrong_rows(what, [row + 1 for row, name in enumerate(ids) if name in bad])
    ordered = _text_order(str(name) for name in distinct)
    place = {name: position for position, name in enumerate(ordered)}
    found = np.fromiter(map(place.__getitem__, ids), dtype=np.int64, count=len(ids))  # type: ignore[arg-type]
    return Names(ids=np.array(ordered, dtype=np.str_), positions=found)


def indexed(what: str, ids: Sequence[int] | Sequence[str] | npt.NDArray[Any]) -> Names:
    """Distinct names of a column, sorted, with the place of each row.

    Parameters
    ----------
    what
        What the column is, for messages: ``"participants"``.
    ids
        Whole numbers or texts, not both.

    Raises
    ------
    VoteError
        ``ids-not-names``: a row is empty, or neither a whole number nor text, or the kinds are mixed.

    Notes
    -----
    Numbers are in their order. Texts that are all numbers (``"0"``, ``"17"``) are in the order of those
    numbers, other texts in the order of their code points. So the order depends on the names alone.
    """
    if isinstance(ids, np.ndarray) and ids.dtype.kind in "iu" and ids.dtype != np.uint64:
        return _whole_numbers(ids.astype(np.int64, copy=False).ravel())
    listing = ids.ravel().tolist() if isinstance(ids, np.ndarray) else list(ids)
    if not listing:
        return _whole_numbers(np.zeros(0, dtype=np.int64))
    kinds = {kind: _kind(kind) for kind in set(map(type, listing))}
    expected = next((kinds[type(name)] for name in listing if kinds[type(name)]), None)
    if expected is None or len(set(kinds.values())) > 1:
        fits = [expected is not None and kinds[type(name)] == expected and name != "" for name in listing]
        raise _wrong_rows(what, [row + 1 for row, fit in enumerate(fits) if not fit])
    if expected == "text":
        return _text(what, listing)
    if max(listing) >= 2**63 or min(listing) < -(2**63):
        raise _wrong_rows(what, [row + 1 for row, name in enumerate(listing) if not -(2**63) <= name < 2**63])
    return _whole_numbers(np.array(listing, dtype=np.int64))


def positions(ids: Ids, names: Iterable[object]) -> dict[object, int]:
    """Where each of a few names stands among sorted ids; names not among them are left out."""
    place = {name: position for position, name in enumerate(ids.tolist())}
    return {name: place[name] for name in names if name in place}


def joined(what: str, old: Ids, new: Ids) -> Names:
    """Names of both columns, sorted; the first positions are those of ``old``, then come those of ``new``.

    Parameters
    ----------
    what
        What the columns are, for messages.
    old, new
        Sorted, distinct names of one kind.
    """
    if old.size == 0:
        return indexed(what, new)
    if old.dtype.kind == "U":
        return indexed(what, np.concatenate([old, new]))
    found = np.searchsorted(old, new)
    fresh = old[np.minimum(found, old.size - 1)] != new
    ids = np.insert(old, found[fresh], new[fresh])
    shift = np.cumsum(np.bincount(found[fresh], minlength=old.size + 1))
    return Names(
        ids=ids,
        positions=np.concatenate(
            [np.arange(old.size) + shift[: old.size], found + np.cumsum(fresh) - fresh.astype(np.int64)]
        ),
    )
