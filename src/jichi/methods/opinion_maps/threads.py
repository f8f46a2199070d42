"""Independent pieces of work side by side: numpy and scipy let threads run at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

__all__ = ["WORKERS", "side_by_side", "stretches"]

WORKERS = 2

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")


def side_by_side(
    work: Callable[[Piece], Answer], pieces: Iterable[Piece], *, worthwhile: bool
) -> list[Answer]:
    """The answer for each piece, in order of the pieces.

    Parameters
    ----------
    work
        A function of one piece that changes nothing but what it makes itself.
    pieces
        What to work on.
    worthwhile
        Whether there is so much to do that starting threads pays.
    """
    listing = list(pieces)
    if not worthwhile or len(listing) < 2:
        return [work(piece) for piece in listing]
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, listing))


def stretches(size: int, parts: int = WORKERS) -> list[slice]:
    """A range cut into stretches of about one length."""
    cuts = [size * part // parts for part in range(parts + 1)]
    return [slice(first, last) for first, last in pairwise(cuts) if last > first]
