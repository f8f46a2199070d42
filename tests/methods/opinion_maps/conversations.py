"""Conversations made up from a seed, and a slow second way to draw their maps, written from the formulae."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Rows:
    """Votes as they come in: one row each, re-votes included."""

    participants: np.ndarray
    statements: np.ndarray
    votes: np.ndarray
    times: np.ndarray

    def __getitem__(self, chosen: np.ndarray) -> Rows:
        return Rows(
            *(getattr(self, name)[chosen] for name in ("participants", "statements", "votes", "times"))
        )

    def __len__(self) -> int:
        return self.votes.size

    def one_by_one(self) -> Iterator[tuple[int, int, int, int]]:
        """Participant, statement, vote and time of each row."""
        columns = (self.participants, self.statements, self.votes, self.times)
        return zip(*(column.tolist() for column in columns), strict=True)


def made_up(
    people: int = 80, statements: int = 30, *, groups: int = 3, seed: int = 1, again: float = 0.03
) -> Rows:
    """People of a few leanings, from those who vote once to those who vote on all, some votes changed later."""
    random = np.random.default_rng(seed)
    lean, group = random.normal(0, 1.6, (groups, statements)), random.integers(0, groups, people)
    rows = []
    for person in range(people):
        count = int(np.clip(random.lognormal(np.log(statements / 2), 0.8), 1, statements))
        for statement in random.permutation(statements)[:count]:
            for _ in range(2 if random.random() < again else 1):
                reach = lean[group[person], statement] + 0.4 + random.logistic(0, 0.7)
                vote = 0 if random.random() < 0.12 else int(np.sign(reach))
                rows.append((3 * person + 5, 2 * int(statement) + 1, vote, int(random.integers(0, 10**6))))
    table = np.array(rows, dtype=np.int64)[random.permutation(len(rows))]
    return Rows(*table.T)


def last_votes(rows: Rows) -> tuple[list[int], list[int], np.ndarray]:
    """Participants, statements and the table of their last votes, one row after the other."""
    last: dict[tuple[int, int], tuple[int, set[int]]] = {}
    for person, statement, vote, time in rows.one_by_one():
        when, found = last.get((person, statement), (time - 1, set()))
        if time > when:
            last[person, statement] = (time, {vote})
        elif time == when:
            found.add(vote)
    people = sorted({person for person, _ in last})
    things = sorted({statement for _, statement in last})
    table = np.full((len(people), len(things)), np.nan)
    for (person, statement), (_, found) in last.items():
        table[people.index(person), things.index(statement)] = found.pop() if len(found) == 1 else 0
    return people, things, table


@dataclass(frozen=True)
class SlowMap:
    """What the formulae give, computed with whole tables."""

    means: np.ndarray
    axes: np.ndarray
    variances: np.ndarray
    points: np.ndarray
    statement_points: np.ndarray
    extremity: np.ndarray


def slow_map(
    table: np.ndarray, zeroed: list[int] | None = None, weights: np.ndarray | None = None
) -> SlowMap:
    """Impute means, decompose, project, scale: voices of a city, formula by formula."""
    filled = table.copy()
    filled[:, zeroed or []] = 0.0
    heavy = np.ones(len(table)) if weights is None else weights
    voted = ~np.isnan(filled)
    means = np.array(
        [
            np.sum((heavy * filled[:, at])[voted[:, at]]) / np.sum(heavy[voted[:, at]])
            for at in range(table.shape[1])
        ]
    )
    centred = np.where(voted, filled - means, 0.0)
    values, vectors = np.linalg.eigh(centred.T @ (heavy[:, None] * centred))
    axes = vectors[:, ::-1][:, :2].T.copy()
    for axis in axes:
        axis *= np.sign(axis[np.argmax(np.abs(axis))])
    width = table.shape[1]
    scale = np.sqrt(width / np.maximum(1, voted.sum(axis=1)))
    statement_points = np.sqrt(width) * ((1 - means) * axes).T
    return SlowMap(
        means=means,
        axes=axes,
        variances=values[::-1][:2],
        points=scale[:, None] * (centred @ axes.T),
        statement_points=statement_points,
        extremity=np.hypot(*statement_points.T),
    )


def slow_statistics(table: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """The eight statistics by group and statement, one number at a time."""
    groups = int(labels.max()) + 1
    names = ("pa", "pat", "ra", "rat", "pd", "pdt", "rd", "rdt")
    found = {name: np.empty((groups, table.shape[1])) for name in names}
    for group in range(groups):
        inside, outside = table[labels == group], table[(labels >= 0) & (labels != group)]
        for at in range(table.shape[1]):
            ns, other_ns = int(np.sum(~np.isnan(inside[:, at]))), int(np.sum(~np.isnan(outside[:, at])))
            for side, vote in (("a", 1), ("d", -1)):
                n, other = int(np.sum(inside[:, at] == vote)), int(np.sum(outside[:, at] == vote))
                share = (n + 1) / (ns + 2)
                pooled = (n + other + 2) / (ns + other_ns + 2)
                found["p" + side][group, at] = share
                found[f"p{side}t"][group, at] = 2 * np.sqrt(ns + 1) * ((n + 1) / (ns + 1) - 0.5)
                found["r" + side][group, at] = share / ((other + 1) / (other_ns + 2))
                found[f"r{side}t"][group, at] = (
                    0.0
                    if pooled == 1
                    else ((n + 1) / (ns + 1) - (other + 1) / (other_ns + 1))
                    / np.sqrt(pooled * (1 - pooled) * (1 / (ns + 1) + 1 / (other_ns + 1)))
                )
    return found


def written(thing: Any) -> Any:
    """Everything in a result, arrays as their bytes."""
    if isinstance(thing, np.ndarray):
        return (thing.dtype.str, thing.shape, thing.tobytes())
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return {field.name: written(getattr(thing, field.name)) for field in dataclasses.fields(thing)}
    if isinstance(thing, tuple):
        return tuple(written(part) for part in thing)
    return thing
