"""How often intervals hold the truth, in a city that is surveyed again and again.

    python -m benchmarks.coverage [--replications 1500] [--seed 20261126] [--jobs 2]

A city of 12 wards, 150 neighbourhoods and some 51,000 adults is made up from the seed, once. In each
replication four neighbourhoods of each ward are drawn, and 35 adults in each; some 53 % of them answer, the
old, women and some wards more than others, so that those who answer are more content than the city. Then the
city's share of content people is estimated in five ways, and the wards' in two:

    plain           unweighted, with the formula of simple random samples: what most reports do
    nonresponse     weights raised in classes of age and sex; neighbourhoods as if drawn with replacement
    raked           raked to known numbers by ward and by age and sex as well
    two stages      and with the finite populations of both stages
    jackknife       as raked, each replicate raked again
    ward, direct    by two stages, in each ward, with the 3 degrees of freedom of its 4 neighbourhoods
    ward, pooled    Fay and Herriot's model on these, with smoothed variances

Printed are bias, the true and the mean estimated standard error, and how often a 95 % interval holds the
truth. The method of most reports is the peer.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "src")]

from jichi.methods.surveys.areas.small_areas import smoothed_fay_herriot  # noqa: E402
from jichi.methods.surveys.designs.design import Design, make_design  # noqa: E402
from jichi.methods.surveys.estimation.domains import by  # noqa: E402
from jichi.methods.surveys.estimation.estimates import mean  # noqa: E402
from jichi.methods.surveys.replication.jackknife import jackknife  # noqa: E402
from jichi.methods.surveys.results import reach  # noqa: E402
from jichi.methods.surveys.weighting.nonresponse import adjust_nonresponse  # noqa: E402
from jichi.methods.surveys.weighting.raking import rake  # noqa: E402

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

SEED = 20261126
SPREAD = 0.1  # of wards, in log odds: with their neighbourhoods, true shares that scatter by 4 to 5 points
NEIGHBOURHOODS = (14, 15, 14, 10, 12, 11, 13, 15, 14, 11, 12, 9)
WARDS, AGES = len(NEIGHBOURHOODS), 5
DRAWN, PEOPLE = 4, 35
CITY = ("plain", "nonresponse", "raked", "two stages", "jackknife")
WARD = ("ward, direct", "ward, pooled")


class City(NamedTuple):
    """Everybody: ward, neighbourhood, class of age and sex, contentment, and how likely an answer is."""

    ward: Codes
    place: Codes
    group: Codes
    content: Floats
    answers: Floats

    def share(self) -> float:
        """The truth of the city."""
        return float(self.content.mean())

    def shares(self) -> Floats:
        """The truth of the wards."""
        return np.bincount(self.ward, weights=self.content) / np.bincount(self.ward)


def made_up(seed: int = SEED, spread: float = SPREAD) -> City:
    """The city: neighbours resemble each other, and contentment and answering both grow with age."""
    random = np.random.default_rng(seed)
    ward_of = np.repeat(np.arange(WARDS), NEIGHBOURHOODS)
    sizes = np.round(random.lognormal(np.log(330), 0.28, len(ward_of))).astype(int)
    place = np.repeat(np.arange(len(ward_of)), sizes)
    ward = ward_of[place]
    age = random.choice(AGES, len(place), p=[0.14, 0.21, 0.25, 0.22, 0.18])
    is_woman = random.random(len(place)) < 0.52
    slope = age - 2.0
    by_ward, by_place = spread * _spread(random, WARDS), 0.33 * _spread(random, len(ward_of))
    content = random.random(len(place)) < _odds(0.14 + 0.20 * slope + by_ward[ward] + by_place[place])
    answers = _odds(0.42 * slope + 0.25 * is_woman + 0.15 * _spread(random, WARDS)[ward])
    return City(ward, place, 2 * age + is_woman, content.astype(np.float64), answers)


def _spread(random: np.random.Generator, size: int) -> Floats:
    """Normal numbers moved and scaled to have the mean 0 and the standard deviation 1 exactly."""
    found = random.normal(size=size)
    return (found - found.mean()) / found.std()


def _odds(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-x))


class Sample(NamedTuple):
    """Those who were drawn: their places in the city, and whether they answered."""

    rows: Codes
    answered: npt.NDArray[np.bool_]


def drawn(city: City, random: np.random.Generator) -> Sample:
    """One survey."""
    first = np.concatenate([[0], np.cumsum(np.bincount(city.place))])
    rows = []
    start = 0
    for many in NEIGHBOURHOODS:
        for place in start + random.choice(many, DRAWN, replace=False):
            rows.append(first[place] + random.choice(first[place + 1] - first[place], PEOPLE, replace=False))
        start += many
    chosen = np.concatenate(rows)
    return Sample(chosen, random.random(len(chosen)) < city.answers[chosen])


def designs(city: City, sample: Sample) -> tuple[Codes, list[Design]]:
    """Rows of those who answered, and their designs: nonresponse, raked, two stages."""
    ward, place, group = (each[sample.rows] for each in (city.ward, city.place, city.group))
    places, people = np.array(NEIGHBOURHOODS), np.bincount(city.place)
    weights = places[ward] / DRAWN * people[place] / PEOPLE
    with_replacement = make_design(weights=weights, strata=ward, clusters=place)
    stages, sizes = [place, np.arange(len(ward))], [places[ward], people[place]]
    both = make_design(weights=weights, strata=ward, clusters=stages, fpc=sizes)
    one, two = (adjust_nonresponse(each, sample.answered, group) for each in (with_replacement, both))
    margins = [
        (each[sample.rows][one.rows], dict(enumerate(np.bincount(each).tolist())))
        for each in (city.ward, city.group)
    ]
    return sample.rows[one.rows], [one.design, rake(one.design, margins), rake(two.design, margins)]


def surveyed(city: City, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Estimate, standard error and reach of the interval: of the city's ways, and of the wards' by ward."""
    rows, made = designs(city, drawn(city, random))
    y = city.content[rows]
    plain = y.mean()
    found = [(plain, (plain * (1 - plain) / len(y)) ** 0.5, reach(0.95, float("inf")))]
    for design in made:
        one: Any = mean(design, y)
        found.append((one.value, one.se, reach(0.95, one.df)))
    again: Any = mean(jackknife(made[1]), y)
    found.append((again.value, again.se, reach(0.95, again.df)))
    direct = by(made[-1], y, city.ward[rows], df="domain")
    pooled = smoothed_fay_herriot(direct.values, direct.se**2, direct.n)
    wide = np.array([reach(0.95, one.df) if one.df > 0 else np.nan for one in direct])
    normal = np.full(WARDS, reach(0.95, float("inf")))
    wards = [(direct.values, direct.se, wide), (pooled.value, pooled.mse**0.5, normal)]
    return np.array(found), np.array(wards)


def simulate(
    replications: int, seed: int = SEED, first: int = 0, spread: float = SPREAD
) -> tuple[Floats, Floats]:
    """All of it, shape (replications, ways, 3) and (replications, ways, 3, wards)."""
    city = made_up(seed, spread)
    each = [surveyed(city, np.random.default_rng([seed, first + one])) for one in range(replications)]
    return np.stack([one for one, _ in each]), np.stack([two for _, two in each])


class Row(NamedTuple):
    """How one way did."""

    way: str
    bias: float
    error: float
    claimed: float
    rmse: float
    coverage: float


def judged(way: str, found: Floats, truth: Any) -> Row:
    """How one way did: estimates, errors and reaches in the second axis."""
    value, error, wide = np.moveaxis(found, 1, 0)
    off = value - truth
    return Row(
        way=way,
        bias=float(off.mean()),
        error=float(np.sqrt(((off - off.mean(axis=0)) ** 2).mean())),
        claimed=float(np.nanmean(error)),
        rmse=float(np.sqrt((off**2).mean())),
        coverage=float((np.abs(off) <= wide * error).mean()),
    )


def table(city: City, city_found: Floats, ward_found: Floats) -> list[Row]:
    """A row for each way."""
    rows = [judged(way, city_found[:, place], city.share()) for place, way in enumerate(CITY)]
    return rows + [judged(way, ward_found[:, place], city.shares()) for place, way in enumerate(WARD)]


def _part(case: tuple[int, int, int, float]) -> tuple[Floats, Floats]:
    return simulate(*case)


def main() -> None:
    """Runs all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replications", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--spread", type=float, default=SPREAD, help="of wards; pooling gains less where it is large"
    )
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    city = made_up(options.seed, options.spread)
    print(f"{len(city.content):,} adults; true share {city.share():.4f}; answers {city.answers.mean():.3f};")
    print(f"the wards' true shares scatter by {city.shares().std():.3f}")
    start = time.perf_counter()
    cuts = np.linspace(0, options.replications, 4 * options.jobs + 1).astype(int)
    cases = [(int(b - a), options.seed, int(a), options.spread) for a, b in itertools.pairwise(cuts) if b > a]
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        parts = pool.map(_part, cases, chunksize=1)
    rows = table(city, *(np.concatenate(one) for one in zip(*parts, strict=True)))
    seconds = time.perf_counter() - start
    print("way               bias  true error  mean error    rmse   95 % interval holds it")
    for row in rows:
        print(
            f"{row.way:13} {row.bias:+8.4f} {row.error:11.4f} {row.claimed:11.4f} {row.rmse:7.4f}"
            f" {row.coverage:24.1%}"
        )
    direct, pooled = rows[-2:]
    print(f"\n{options.replications} replications in {seconds:.0f} s")
    ways = ", ".join(f"{row.way} {row.coverage:.1%}" for row in rows[1:-2])
    print(f"city: {ways} (target 93.5 to 96.5 %); plain {rows[0].coverage:.1%}")
    print(f"wards: error of the pooled over the direct {pooled.rmse / direct.rmse:.2f} (target at most .70)")


if __name__ == "__main__":
    main()
