"""Makes the small samples on which the reference values are computed. All of it is made up.

    python tests/methods/surveys/reference/own/make_data.py

One register of a small city, seven samples drawn from it in seven ways, and the register's totals. The files
are already there; run it only to change them, and run make_reference.R afterwards.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
SEED = 20261126
WARDS = {"Asa": 16, "Higashi": 14, "Kita": 12, "Minami": 14, "Nishi": 4}
AGES = ("18-39", "40-59", "60-74", "75+")
SIDES = {"Asa": "east", "Higashi": "east", "Kita": "north", "Minami": "south", "Nishi": "south"}
ANSWERS = ("sex", "age", "ward", "side", "rooms", "hours", "spend", "trips", "aware", "vote", "mood", "club")


def make_register(random: np.random.Generator) -> list[dict]:
    """People in blocks in wards; answers are alike within a block."""
    people = []
    for ward, blocks in WARDS.items():
        for block in range(1, blocks + 1):
            effect = random.normal(0, 0.5)
            for _ in range(random.integers(12, 38)):
                old = int(random.choice(4, p=(0.28, 0.32, 0.24, 0.16)))
                sex = "f" if random.random() < 0.52 else "m"
                feeling = effect + 0.3 * (old - 1.5) + (0.2 if sex == "f" else 0.0)
                hours = random.gamma(2.0, np.exp(0.5 + 0.4 * feeling))
                likely = 1 / (1 + np.exp(-feeling))
                rooms = int(1 + random.poisson(2.0 + 0.3 * old))
                person = {
                    "ward": ward,
                    "side": SIDES[ward],
                    "block": block,
                    "sex": sex,
                    "age": AGES[old],
                    "rooms": rooms,
                    "hours": "" if random.random() < 0.08 else f"{hours:.1f}",
                    "spend": f"{1200 * rooms * random.lognormal(0.2 * feeling, 0.5):.0f}",
                    "trips": int(random.poisson(1.5 + likely)),
                    "aware": int(random.random() < 0.3 + 0.4 * likely),
                    "vote": "" if random.random() < 0.05 else int(random.random() < likely),
                    "mood": int(np.clip(np.round(3 + feeling + random.normal(0, 1)), 1, 5)),
                    "club": str(random.choice(("none", "sport", "choir", "rare"), p=(0.6, 0.28, 0.1, 0.02))),
                }
                people.append(person)
    for number, person in enumerate(people):
        person["id"] = number
    return people


def grouped(people: list[dict]) -> dict[tuple[str, int], list[dict]]:
    """People by ward and block."""
    found: dict[tuple[str, int], list[dict]] = {}
    for person in people:
        found.setdefault((person["ward"], person["block"]), []).append(person)
    return found


def some(random: np.random.Generator, things: list, size: int) -> list:
    """So many of them, without replacement, in their order."""
    return [things[place] for place in sorted(random.choice(len(things), size, replace=False))]


def stratified(random: np.random.Generator, people: list[dict], sizes: dict[str, int]) -> list[dict]:
    """Persons at random within wards, each ward at its own rate."""
    rows = []
    for ward, size in sizes.items():
        own = [person for person in people if person["ward"] == ward]
        rows += [
            {**person, "h": ward, "N": len(own), "w": len(own) / size} for person in some(random, own, size)
        ]
    return rows


def whole_blocks(random: np.random.Generator, people: list[dict], size: int) -> list[dict]:
    """All people of some blocks."""
    blocks = list(grouped(people).values())
    return [
        {**person, "psu": f"{person['ward']}-{person['block']}", "N": len(blocks), "w": len(blocks) / size}
        for block in some(random, blocks, size)
        for person in block
    ]


def two_stages(random: np.random.Generator, people: list[dict], size: int) -> list[dict]:
    """Some blocks, then some people of each; a block of fewer than 13 is taken whole."""
    blocks = list(grouped(people).values())
    rows = []
    for block in some(random, blocks, size):
        take = min(len(block), int(random.integers(7, 15)))
        weight = len(blocks) / size * len(block) / take
        rows += [
            {
                **person,
                "psu": f"{person['ward']}-{person['block']}",
                "N": len(blocks),
                "M": len(block),
                "w": weight,
            }
            for person in some(random, block, take)
        ]
    return rows


def with_replacement(random: np.random.Generator, people: list[dict], size: int) -> list[dict]:
    """Blocks by size with replacement, ten people of each, weights made unequal by nonresponse."""
    blocks = list(grouped(people).values())
    chance = np.array([len(block) for block in blocks]) / len(people)
    rows = []
    for draw, place in enumerate(random.choice(len(blocks), size, p=chance), start=1):
        take = min(10, len(blocks[place]))
        for person in some(random, blocks[place], take):
            factor = random.choice((0.8, 1.0, 1.3))
            rows.append({**person, "psu": f"d{draw:02d}", "w": len(people) / (size * take) * factor})
    return rows


def nested(random: np.random.Generator, people: list[dict], sizes: dict[str, int]) -> list[dict]:
    """Blocks within wards, numbered anew in each ward; in the last ward all blocks are taken."""
    blocks = grouped(people)
    rows = []
    for ward, size in sizes.items():
        for number in some(random, list(range(1, WARDS[ward] + 1)), size):
            block = blocks[ward, number]
            take = min(len(block), int(random.integers(6, 12)))
            rows += [
                {
                    **person,
                    "h": ward,
                    "psu": number,
                    "N": WARDS[ward],
                    "M": len(block),
                    "w": WARDS[ward] / size * len(block) / take,
                }
                for person in some(random, block, take)
            ]
    return rows


def single_units(random: np.random.Generator, people: list[dict]) -> list[dict]:
    """Strata with one to four sampled blocks; stratum s3 has one block in all, s5 and s8 one sampled."""
    blocks = list(grouped(people).values())
    order = random.permutation(len(blocks))
    sampled = {"s1": 3, "s2": 4, "s3": 1, "s4": 2, "s5": 1, "s6": 3, "s7": 2, "s8": 1}
    there = {"s1": 8, "s2": 10, "s3": 1, "s4": 9, "s5": 7, "s6": 9, "s7": 8, "s8": 8}
    rows, start = [], 0
    for stratum, size in sampled.items():
        for place in order[start : start + size]:
            block = blocks[place]
            take = min(len(block), 8)
            rows += [
                {
                    **person,
                    "h": stratum,
                    "psu": f"{person['ward']}-{person['block']}",
                    "N": there[stratum],
                    "w": there[stratum] / size * len(block) / take,
                }
                for person in some(random, block, take)
            ]
        start += there[stratum]
    return rows


def years(random: np.random.Generator, people: list[dict]) -> list[dict]:
    """Three yearly samples, each drawn afresh by ward."""
    rows = []
    for year, more in ((2024, 0.0), (2025, 0.1), (2026, 0.25)):
        for row in stratified(
            random, people, {"Asa": 18, "Higashi": 15, "Kita": 14, "Minami": 15, "Nishi": 10}
        ):
            aware = 1 if random.random() < more else row["aware"]
            rows.append(
                {**row, "aware": aware, "year": year, "since": year - 2024, "h": f"{year}-{row['h']}"}
            )
    return rows


def areas(random: np.random.Generator) -> list[dict]:
    """Direct estimates of 24 areas with their variances."""
    rows = []
    for number in range(1, 25):
        helper = random.normal(0, 1)
        variance = float(random.choice((0.002, 0.004, 0.008)) * random.uniform(0.7, 1.4))
        value = 0.5 + 0.05 * helper + random.normal(0, 0.05) + random.normal(0, np.sqrt(variance))
        rows.append(
            {
                "area": f"a{number:02d}",
                "y": f"{value:.6f}",
                "variance": f"{variance:.8f}",
                "x": f"{helper:.4f}",
                "kind": "town" if number % 3 else "hill",
            }
        )
    return rows


def totals(people: list[dict]) -> dict:
    """What is known of the register."""
    found: dict = {"population": len(people), "rooms": sum(person["rooms"] for person in people)}
    for names in (("sex",), ("age",), ("ward",), ("side",), ("sex", "age")):
        counts: dict[str, int] = {}
        for person in people:
            key = "|".join(person[name] for name in names)
            counts[key] = counts.get(key, 0) + 1
        found["*".join(names)] = dict(sorted(counts.items()))
    return found


def write(name: str, rows: list[dict], columns: tuple[str, ...]) -> None:
    """A CSV file of those columns; weights with all their digits."""
    with (HERE / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Writes all files."""
    random = np.random.default_rng(SEED)
    people = make_register(random)
    stratum_sizes = {"Asa": 60, "Higashi": 55, "Kita": 50, "Minami": 48, "Nishi": 37}
    write("strata", stratified(random, people, stratum_sizes), ("h", "N", "w", *ANSWERS))
    write("clusters", whole_blocks(random, people, 12), ("psu", "N", "w", *ANSWERS))
    write("stages", two_stages(random, people, 16), ("psu", "id", "N", "M", "w", *ANSWERS))
    write("replaced", with_replacement(random, people, 17), ("psu", "id", "w", *ANSWERS))
    block_sizes = {"Asa": 5, "Higashi": 4, "Kita": 3, "Minami": 4, "Nishi": 4}
    write("nested", nested(random, people, block_sizes), ("h", "psu", "id", "N", "M", "w", *ANSWERS))
    write("single", single_units(random, people), ("h", "psu", "N", "w", *ANSWERS))
    write("years", years(random, people), ("year", "since", "h", "N", "w", *ANSWERS))
    write("areas", areas(random), ("area", "y", "variance", "x", "kind"))
    about = {"generated": "by make_data.py", "seed": SEED, **totals(people)}
    (HERE / "totals.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
