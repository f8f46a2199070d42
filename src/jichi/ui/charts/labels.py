"""Direct labels that keep out of each other's way.

Each label tries places around its mark, near ones first, and takes the one that covers least. A label that
cannot stand anywhere without covering another is left out, unless the reader cannot do without it (the
target, the newest value): the table beside the picture holds them all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float

    def overlap(self, other: Box) -> float:
        """Area shared with another box."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return across * down if across > 0 and down > 0 else 0.0

    def within(self, other: Box) -> bool:
        """Whether it lies wholly inside another box."""
        return (
            self.x >= other.x
            and self.y >= other.y
            and self.x + self.width <= other.x + other.width
            and self.y + self.height <= other.y + other.height
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Lines of (text, size, css class) to be set near a mark at (x, y) of the given radius.

    ``prefer`` names the side tried first; ``needed`` labels are never left out. ``also`` are further points
    the label may stand at, for what is long, like a line.
    """

    x: float
    y: float
    lines: Sequence[tuple[str, float, str]]
    radius: float = 7.0
    prefer: str = "above"
    needed: bool = False
    also: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A label with its box; ``far`` when it stands so far off that it needs a leader line."""

    label: Label
    box: Box
    far: bool


def text_width(text: str, size: float) -> float:
    """Width of a line, estimated on the wide side: a full-width character is one em, any other 0.6."""
    return size * sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.6 for c in text)


_SIDES = {
    "above": (0.0, -1.0),
    "below": (0.0, 1.0),
    "right": (1.0, 0.0),
    "left": (-1.0, 0.0),
    "above-right": (0.8, -0.8),
    "above-left": (-0.8, -0.8),
    "below-right": (0.8, 0.8),
    "below-left": (-0.8, 0.8),
}


# How far from its mark a label may stand; only a needed one goes so far that it takes a leader line.
_RINGS = (0.0, 12.0, 30.0, 48.0)


def _candidates(label: Label) -> Iterable[tuple[Box, float, bool]]:
    width = max(text_width(text, size) for text, size, _css in label.lines)
    height = sum(size * 1.25 for _text, size, _css in label.lines)
    order = [label.prefer, *(side for side in _SIDES if side != label.prefer)]
    for turn, (at_x, at_y) in enumerate(((label.x, label.y), *label.also)):
        for ring, extra in enumerate(_RINGS if label.needed else _RINGS[:2]):
            for rank, side in enumerate(order):
                dx, dy = _SIDES[side]
                away = label.radius + 3 + extra
                x = at_x + dx * away - (width / 2 if dx == 0 else 0 if dx > 0 else width)
                y = at_y + dy * away - (height / 2 if dy == 0 else 0 if dy > 0 else height)
                yield Box(x, y, width, height), rank * 1.5 + ring * 16 + turn * 4, ring > 1


def place(
    labels: Sequence[Label], *, marks: Sequence[Box], lines: Sequence[Box], bounds: Box
) -> list[Placed]:
    """Place labels in their given order of importance; see the module's head for the rule.

    ``marks`` must not be covered, ``lines`` rather not. A needed label that fits nowhere inside ``bounds`` is
    set where it covers least.
    """
    placed: list[Placed] = []
    for label in labels:
        best: tuple[float, Box, bool, float] | None = None
        for box, cost, far in _candidates(label):
            if not box.within(bounds):
                box = _pushed_inside(box, bounds)
                cost += 6
            collided = sum(box.overlap(other.box) for other in placed)
            collided += sum(box.overlap(mark) for mark in marks)
            score = cost + collided * 4 + sum(box.overlap(line) for line in lines) * 0.5
            if best is None or score < best[0]:
                best = (score, box, far, collided)
        if best is not None and (label.needed or best[3] == 0):
            placed.append(Placed(label, best[1], best[2]))
    return placed


def _pushed_inside(box: Box, bounds: Box) -> Box:
    x = min(max(box.x, bounds.x), bounds.x + bounds.width - box.width)
    y = min(max(box.y, bounds.y), bounds.y + bounds.height - box.height)
    return Box(x, y, box.width, box.height)
