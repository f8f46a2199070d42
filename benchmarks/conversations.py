"""Conversations to measure opinion maps with: real ones from a folder, and large ones made up from a seed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jichi.methods.opinion_maps.moderation import Moderation
from jichi.methods.opinion_maps.votes import Votes, make_votes, votes_from_table

SHAPES = {
    "large": (100_000, 500, 3_500_000),
    "polis": (33_422, 783, 2_000_000),
    "small": (6_000, 200, 180_000),
}


@dataclass(frozen=True)
class Conversation:
    """A real one: its votes as they came in, and what moderators took out."""

    name: str
    rows: dict[str, np.ndarray] | None
    votes: Votes
    moderation: Moderation


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def conversations(real: Path) -> list[Conversation]:
    """All conversations of a folder; those without votes.csv from the table of participants' votes."""
    found = []
    for folder in sorted(path for path in real.iterdir() if (path / "participants-votes.csv").exists()):
        rows = None
        if (folder / "votes.csv").exists():
            table = _rows(folder / "votes.csv")
            keys = {
                "participants": "voter-id",
                "statements": "comment-id",
                "votes": "vote",
                "times": "timestamp",
            }
            rows = {name: np.array([int(row[key]) for row in table]) for name, key in keys.items()}
            votes = make_votes(**rows)
        else:
            table = _rows(folder / "participants-votes.csv")
            names = [name for name in table[0] if name.isdigit()]
            cells = np.array([[float(row[name] or "nan") for name in names] for row in table])
            voted = ~np.all(np.isnan(cells), axis=0)
            votes = votes_from_table(
                [int(row["participant"]) for row in table],
                [int(name) for name, some in zip(names, voted, strict=True) if some],
                cells[:, voted],
            )
        out = [int(row["comment-id"]) for row in _rows(folder / "comments.csv") if row["moderated"] == "-1"]
        known = set(votes.statements.tolist())
        found.append(
            Conversation(folder.name, rows, votes, Moderation(out=[one for one in out if one in known]))
        )
    return found


def made_up(people: int, statements: int, total: int, *, seed: int = 1) -> dict[str, np.ndarray]:
    """Three leanings; most people vote on few statements, a few on all; some are shown more often."""
    random = np.random.default_rng(seed)
    activity = random.lognormal(0, 1, people)
    counts = np.clip(np.round(activity / activity.sum() * total), 1, statements).astype(np.int64)
    for _ in range(20):
        free = counts < statements
        lack = total - counts.sum()
        counts[free] = np.clip(np.round(counts[free] * (1 + lack / counts[free].sum())), 1, statements)
    lean, base = random.normal(0, 1, (3, statements)), random.normal(0.4, 0.8, statements)
    group, shown = random.integers(0, 3, people), random.exponential(1, statements) ** 0.4
    person = np.repeat(np.arange(people), counts)
    statement = np.empty(person.size, dtype=np.int64)
    at = 0
    for first in range(0, people, 2000):
        some = counts[first : first + 2000]
        turns = np.argsort(random.exponential(1, (some.size, statements)) / shown, axis=1)
        chosen = turns[np.arange(statements) < some[:, None]]
        statement[at : at + chosen.size] = chosen
        at += chosen.size
    reach = base[statement] + lean[group[person], statement] + random.logistic(0, 1, person.size)
    votes = np.where(random.random(person.size) < 0.12, 0, np.where(reach > 0, 1, -1)).astype(np.int8)
    mixed = random.permutation(person.size)
    names = random.permutation(people) * 3 + 1
    return {"participants": names[person][mixed], "statements": statement[mixed] + 1, "votes": votes[mixed]}


def more_votes(rows: dict[str, np.ndarray], count: int) -> dict[str, np.ndarray]:
    """Half of them changed votes, half by anybody on anything, five by people who were not there."""
    random = np.random.default_rng(3)
    old = random.choice(rows["votes"].size, count // 2, replace=False)
    people = np.concatenate(
        [rows["participants"][old], random.choice(rows["participants"], count - count // 2)]
    )
    people[-5:] = rows["participants"].max() + np.arange(1, 6)
    things = np.concatenate(
        [rows["statements"][old], random.integers(1, rows["statements"].max() + 1, count - count // 2)]
    )
    once = np.unique(people * 100_000 + things, return_index=True)[1]
    return {
        "participants": people[once],
        "statements": things[once],
        "votes": random.integers(-1, 2, once.size).astype(np.int8),
    }
