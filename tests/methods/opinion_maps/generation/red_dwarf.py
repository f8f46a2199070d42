"""Writes ``red_dwarf.json``: what red-dwarf says of conversations made up from a seed.

    python -m tests.methods.opinion_maps.generation.red_dwarf

Needs red-dwarf 0.4.0 and scikit-learn, which are no dependencies of the project. The whole decomposition is asked
for (``svd_solver="full"``): red-dwarf's own choice is a random one above 500 rows.
"""

from __future__ import annotations

import json
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np
from reddwarf.implementations.base import run_pipeline

from tests.methods.opinion_maps.conversations import Rows, last_votes, made_up

TARGET = Path(__file__).with_name("red_dwarf.json")
STATISTICS = ("pa", "pat", "ra", "rat", "pd", "pdt", "rd", "rdt")


def answers(rows: Rows, out: list[int]) -> dict[str, object]:
    """red-dwarf's map of the last votes."""
    people, things, table = last_votes(rows)
    votes = [
        {"participant_id": people[row], "statement_id": things[column], "vote": int(table[row, column])}
        for row, column in np.argwhere(~np.isnan(table))
    ]
    found = run_pipeline(
        votes=votes, mod_out_statement_ids=out, reducer_kwargs={"svd_solver": "full"}, random_state=0
    )
    labels = found.participants_df["cluster_id"]
    groups = sorted(set(labels.dropna().astype(int)))
    statistics = found.group_comment_stats
    return {
        "points": [found.participant_projections[person].tolist() for person in people],
        "statement_points": [found.statement_projections[thing].tolist() for thing in things],
        "means": found.statements_df["mean"].tolist(),
        "priorities": found.statements_df["priority"].astype(float).tolist(),
        "labels": [
            -1 if label is None else label for label in labels.astype(object).where(labels.notna(), None)
        ],
        "statistics": {
            name: [statistics.loc[group][name].tolist() for group in groups] for name in STATISTICS
        },
        "agree_consensus": list(found.group_aware_consensus["agree"].values()),
        "disagree_consensus": list(found.group_aware_consensus["disagree"].values()),
        "representative": [found.repness[group] for group in groups],
        "consensus": found.consensus,
    }


def main() -> None:
    """Write the file."""
    cases = []
    for people, statements, groups, seed, out in (
        (60, 24, 2, 1, []),
        (90, 30, 3, 2, [5, 11]),
        (40, 12, 3, 3, [1]),
    ):
        rows = made_up(people, statements, groups=groups, seed=seed)
        cases.append(
            {"people": people, "statements": statements, "groups": groups, "seed": seed, "out": out}
            | answers(rows, out)
        )
    written = {
        "generated": date.today().isoformat(),
        "tool": "red-dwarf " + version("red-dwarf") + ", scikit-learn " + version("scikit-learn"),
        "call": "run_pipeline(random_state=0, reducer_kwargs={'svd_solver': 'full'})",
        "script": "tests/methods/opinion_maps/generation/red_dwarf.py",
        "cases": cases,
    }
    TARGET.write_text(json.dumps(written, indent=None, default=float) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
