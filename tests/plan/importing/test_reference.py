"""The real chapter, where it is at hand: JICHI_REFERENCE names the folder that has seed/.

Only counts, codes and numbers are compared; the chapter's sentences are no part of this repository.
"""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest

from jichi.plan.importing import PlanImportError, check_document, read_plan_file, write_workbook

FOLDER = os.environ.get("JICHI_REFERENCE", "")
pytestmark = pytest.mark.skipif(
    not FOLDER, reason="JICHI_REFERENCE is not set: the real chapter is not at hand"
)


def path() -> Path:
    return next(Path(FOLDER, "seed").glob("*.txt"))


@pytest.fixture(scope="module")
def result():
    return read_plan_file(path())


def test_everything_is_found(result) -> None:
    counts = result.counts
    assert [counts[f"nodes_{level}"] for level in ("basic_policy", "policy", "measure", "project")] == [
        1,
        2,
        6,
        25,
    ]
    assert (counts["indicators_sense"], counts["indicators_outcome"], counts["series"]) == (3, 15, 19)
    assert (counts["figures_with_targets"], counts["yearly_targets"]) == (13, 52)
    assert (counts["lines_placed"] + counts["lines_furniture"]) / counts["lines"] > 0.95
    assert check_document(result.document) == ()


def test_the_numbers_of_the_third_period(result) -> None:
    dry = result.to_dry_run()
    targets = [
        p["value"]
        for i in dry["indicators"]
        for p in i["points"]
        if p["role"] == "target" and p["fiscal_year"] == 2025
    ]
    assert targets == [40, 25, 25, 64, 30, 4037, 50, 4.9, 45, 99, 85, 30, 41, 91, 55, 44, 40, 40, 26.6]
    assert [i["comparator"] for i in dry["indicators"]].count("le") == 1
    lasts = {(y["project"], y["unit"]): y["targets"].get("2025") for y in dry["yearly_targets"]}
    assert sorted(v for v in lasts.values() if v is not None) == [
        1,
        7,
        18,
        100,
        160,
        200,
        540,
        2800,
        6400,
        15000,
        30000,
        30000,
        60000,
    ]


def test_what_the_chapter_does_not_say_is_in_doubt(result) -> None:
    texts = " ".join(u.text for u in result.uncertain)
    assert [n for n in ("90%", "560人", "64人") if n not in texts] == []
    certain = {v for y in result.to_dry_run()["yearly_targets"] for v in y["targets"].values()}
    assert not {90, 560, 64} & certain


def test_round_trip(result) -> None:
    assert read_plan_file(write_workbook(result.document), filename="a.xlsx").document == result.document


def values(result) -> set[tuple]:
    dry = result.to_dry_run()
    found = {
        (i["name"], i["series"], p["fiscal_year"], p["value"]) for i in dry["indicators"] for p in i["points"]
    }
    for y in dry["yearly_targets"]:
        found |= {(y["name"], r["fiscal_year"], r["value"]) for r in y["reference"]}
        found |= {(y["name"], int(year), value) for year, value in y["targets"].items()}
    return found


@pytest.mark.parametrize("seed", range(4))
def test_lost_and_added_cells_never_change_a_number(result, seed: int) -> None:
    lines = path().read_text(encoding="utf-8").split("\n")
    rows = [
        n
        for n, line in enumerate(lines)
        if re.search(r"\t.*[0-9]", line) and "事務事業名" not in line and "計画策定時" not in line
    ]
    rng = random.Random(seed)
    for _ in range(40):
        at = rng.choice(rows)
        cells = lines[at].split("\t")
        index = rng.randrange(len(cells))
        cells[index : index + 1] = rng.choice([[], [""], ["", cells[index]]])
        try:
            found = values(
                read_plan_file("\n".join([*lines[:at], "\t".join(cells), *lines[at + 1 :]]).encode())
            )
        except PlanImportError:
            continue
        assert found <= values(result), (at, index)
