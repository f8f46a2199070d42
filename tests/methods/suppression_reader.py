"""A slow reader, written without looking at the package: one linear programme for each end of each cell.

Every cell of every release is an unknown, known by measure, (dimension, member) pairs and value. Every total
is the sum over every finer breakdown of it, printed or not; a cell of a breakdown that is left out is zero.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.optimize import linprog

from jichi.methods.suppression import Key, Ref, Relation, Release, Table

Point = tuple[str, frozenset[tuple[str, str]]]
Identity = tuple[str, frozenset[tuple[str, str]], float]


def pairs(table: Table, key: Key) -> frozenset[tuple[str, str]]:
    return frozenset((name, member) for name, member in zip(table.dimensions, key, strict=True) if member)


class Reader:
    """What a reader of some releases can say about hidden cells. Only for tables without missing numbers.

    The first release is that of now. Its cells are added up with those of earlier ones too (the latest of
    each), wherever that comes out even.
    """

    def __init__(self, releases: Sequence[Release]) -> None:
        self.index: dict[Identity, int] = {}
        self.rows: list[dict[int, float]] = []
        self.shown: set[int] = set()
        self.of: list[dict[Ref, int]] = []
        for release in releases:
            self._read(release)
        together: dict[Point, float] = {}
        for release in (*releases[1:], releases[0]):
            together.update(self._numbers(release))
        if len(releases) > 1:
            self._sums(together, even=True)
        self.matrix = np.zeros((len(self.rows), len(self.index)))
        for number, row in enumerate(self.rows):
            for cell, sign in row.items():
                self.matrix[number, cell] += sign
        self.values = np.array([identity[2] for identity in self.index], float)

    @staticmethod
    def _numbers(release: Release) -> dict[Point, float]:
        return {
            (table.measure, pairs(table, cell.key)): float(cell.value)
            for table in release.tables
            for cell in table.cells
        }

    def _read(self, release: Release) -> None:
        cells = self._sums(self._numbers(release))
        places = {
            (table.name, cell.key): cells[table.measure, pairs(table, cell.key)]
            for table in release.tables
            for cell in table.cells
        }
        self.of.append(places)
        for relation in release.relations:
            self._row(places[relation.total], [places[part] for part in relation.parts])
        for table in release.tables:
            for cell in table.cells if table.printed else ():
                if (table.name, cell.key) not in release.hidden:
                    self.shown.add(places[table.name, cell.key])

    def _sums(self, numbers: dict[Point, float], even: bool = False) -> dict[Point, int]:
        """Adds the rows of every breakdown of every cell; returns the unknown of each point."""
        for measure, of in list(numbers):
            for size in range(len(of)):
                for some in itertools.combinations(sorted(of), size):
                    numbers.setdefault((measure, frozenset(some)), np.nan)
        levels = {(measure, frozenset(name for name, _ in of)) for measure, of in numbers}
        for measure, of in sorted(numbers, key=lambda one: -len(one[1])):
            if np.isnan(numbers[measure, of]):  # a total nobody printed: the sum of some breakdown of it
                breakdowns = [
                    self._parts(numbers, measure, of, level) for level in _above(levels, measure, of)
                ]
                parts = next(parts for parts in breakdowns if parts)
                numbers[measure, of] = sum(numbers[part] for part in parts)
        cells = {
            (measure, of): self.index.setdefault((measure, of, number), len(self.index))
            for (measure, of), number in numbers.items()
        }
        for measure, of in cells:
            for level in _above(levels, measure, of):
                parts = self._parts(numbers, measure, of, level)
                if parts and not (even and sum(numbers[part] for part in parts) != numbers[measure, of]):
                    self._row(cells[measure, of], [cells[part] for part in parts])
        return cells

    @staticmethod
    def _parts(numbers, measure, of, level):
        return [
            (other, finer)
            for other, finer in numbers
            if other == measure and of <= finer and frozenset(name for name, _ in finer) == level
        ]

    def _row(self, total: int, parts: list[int]) -> None:
        row: dict[int, float] = {total: -1.0}
        for part in parts:
            row[part] = row.get(part, 0.0) + 1.0
        self.rows.append(row)

    def interval(self, ref: Ref, release: int = 0) -> tuple[float, float]:
        """The exact interval of one cell."""
        cell = self.of[release][ref]
        if cell in self.shown:
            return self.values[cell], self.values[cell]
        bounds = [
            (self.values[at], self.values[at]) if at in self.shown else (0, None)
            for at in range(len(self.values))
        ]
        ends = []
        for sign in (1.0, -1.0):
            goal = np.zeros(len(self.values))
            goal[cell] = sign
            answer = linprog(goal, A_eq=self.matrix, b_eq=np.zeros(len(self.rows)), bounds=bounds)
            assert answer.status in (0, 3), answer.message
            ends.append(sign * answer.fun if answer.status == 0 else np.inf)
        return ends[0], ends[1]


def _above(levels: Iterable[tuple[str, frozenset[str]]], measure: str, of) -> list[frozenset[str]]:
    names = frozenset(name for name, _ in of)
    return [level for other, level in levels if other == measure and names < level]


def reader(
    tables: Sequence[Table],
    hidden: frozenset[Ref],
    relations: Sequence[Relation] = (),
    earlier: Sequence[Release] = (),
) -> Reader:
    return Reader([Release(name="now", tables=tables, hidden=hidden, relations=relations), *earlier])
