"""Drawing a sample: a stranger's program draws the same, probabilities are what is said, records cannot lie."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from jichi.methods.surveys.comparison.group_tests import t_test
from jichi.methods.surveys.designs.variance import covariance
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.sampling import (
    FirstStage,
    Plan,
    Record,
    Register,
    Sample,
    draw_sample,
    make_register,
    record_of,
    redraw,
    verify,
)
from jichi.methods.surveys.sampling.draws import Drawer, walk

# ---- a register ------------------------------------------------------------------------------------------------


def people(
    sizes: dict[str, list[int]], *, homes: int = 3, shuffled: int | None = None
) -> dict[str, list[str]]:
    """Columns: a stratum's clusters have as many people as ``sizes`` says, about ``homes`` at each address."""
    rows = [
        (
            f"{stratum}{cluster}-{number:03}",
            stratum,
            f"{stratum}{cluster}",
            f"{stratum}{cluster}/{number // homes}",
        )
        for stratum, of in sizes.items()
        for cluster, size in enumerate(of)
        for number in range(size)
    ]
    if shuffled is not None:
        rows = [rows[place] for place in np.random.default_rng(shuffled).permutation(len(rows))]
    return dict(
        zip(("keys", "strata", "clusters", "addresses"), map(list, zip(*rows, strict=True)), strict=True)
    )


SIZES = {"n": [12, 7, 20, 9, 15], "s": [8, 8, 30, 11]}
TWO_STAGES = Plan(per_stratum={"n": 2, "s": 2}, take=4)


def register(**changes: Any) -> Register:
    return make_register(**{**people(SIZES), **changes})


# ---- what a stranger would write from the description alone ------------------------------------------------------


def stranger(
    columns: dict[str, list[str]], plan: dict[str, Any], seed: str
) -> tuple[set[str], dict[str, list[str]]]:
    """Drawn keys and the reserve, with hashlib alone and none of the program's parts."""

    def ticket(*words: str) -> bytes:
        return hashlib.sha256("\t".join(("jichi-sample-1", seed, *words)).encode()).digest()

    def below(bound: int, *words: str) -> int:
        count = 0
        while (x := int.from_bytes(ticket(*words, str(count)), "big")) >= 2**256 // bound * bound:
            count += 1
        return x % bound

    def walked(items: list[str], sizes: list[int], n: int, *words: str) -> list[str]:
        certain: list[str] = []
        while True:
            total = sum(sizes)
            big = [item for item, size in zip(items, sizes, strict=True) if n and n * size >= total]
            if not big:
                break
            certain += big
            n -= len(big)
            kept = [(item, size) for item, size in zip(items, sizes, strict=True) if item not in big]
            items, sizes = [item for item, _ in kept], [size for _, size in kept]
        if n == 0:
            return certain
        start, at, found = below(total, *words), 0, []
        for item, size in zip(items, sizes, strict=True):
            if any(at <= start + step * total < at + n * size for step in range(n)):
                found.append(item)
            at += n * size
        return certain + found

    tree: dict[str, dict[str, dict[str, str]]] = {}
    for key, stratum, cluster, address in zip(*columns.values(), strict=True):
        tree.setdefault(stratum, {}).setdefault(cluster, {})[key] = address
    drawn: set[str] = set()
    reserve: dict[str, list[str]] = {}
    for stratum, clusters in tree.items():
        labels, n = sorted(clusters), plan["per_stratum"][stratum]
        if plan["first_stage"] == "lots":
            chosen = sorted(labels, key=lambda label: ticket("cluster", stratum, label))[:n]
        else:
            sizes = [len(clusters[label]) if plan["first_stage"] == "pps" else 1 for label in labels]
            chosen = walked(labels, sizes, n, "cluster-start", stratum)
        for cluster in chosen:
            there = clusters[cluster]
            by_lot = sorted(there, key=lambda key: ticket("person", stratum, cluster, key))
            homes: dict[str, list[str]] = {}
            for key in by_lot:
                homes.setdefault(there[key], []).append(key)
            available = len(homes) if plan["one_per_address"] else len(there)
            take = min(plan["take"] or available, available)
            if plan["one_per_address"]:
                order = sorted(homes, key=lambda home: ticket("address", stratum, cluster, home))
                at_home = walked(
                    order, [len(homes[home]) for home in order], take, "address-start", stratum, cluster
                )
                mine = {homes[home][0] for home in at_home}
            else:
                mine = set(by_lot[:take])
            drawn |= mine
            seen, waiting = {there[key] for key in mine}, []
            for key in sorted(set(there) - mine, key=lambda key: ticket("reserve", stratum, cluster, key)):
                if plan["one_per_address"] and there[key] in seen:
                    continue
                seen.add(there[key])
                waiting.append(key)
            reserve[cluster] = waiting[: plan["reserve"]]
    return drawn, reserve


@pytest.mark.parametrize("one_per_address", [False, True])
@pytest.mark.parametrize("first_stage", list(FirstStage))
@pytest.mark.parametrize("take", [4, None])
def test_a_stranger_draws_the_same(first_stage: FirstStage, take: int | None, one_per_address: bool) -> None:
    columns = people(SIZES)
    plan = Plan(
        per_stratum={"n": 3, "s": 2}, take=take, first_stage=first_stage, one_per_address=one_per_address, reserve=3,
        short="take-all",
    )  # fmt: skip
    for seed in ("2026-11-26", "くじ 7-13-21"):
        sample = draw_sample(make_register(**columns), plan, seed=seed)
        drawn, reserve = stranger(columns, dict(record_of(sample).plan), seed)
        assert set(sample.keys.tolist()) == drawn
        assert {where[1]: list(keys) for where, keys in sample.reserve.items()} == reserve
        digest = hashlib.sha256("".join(f"{key}\n" for key in sorted(drawn)).encode()).hexdigest()
        assert record_of(sample).drawn_sha256 == digest


def test_what_was_drawn_once_is_drawn_for_ever() -> None:
    """Values that no later version may change: a published sample must be found again in thirty years."""
    assert Drawer("seed").ordered(["a", "b", "c", "d"], "person", "n", "") == ["b", "d", "c", "a"]
    assert [Drawer("seed").below(1000, "start", str(number)) for number in range(4)] == [658, 675, 439, 743]
    record = record_of(draw_sample(register(), TWO_STAGES, seed="2026"))
    assert record.algorithm == "jichi-sample-1"
    assert record.register_sha256 == "0c64fd82b34bfdae47e3c58a26942adadd4abd66e51dc73d2281ed2af6eaa8f6"
    assert record.drawn_sha256 == "224972302b0d62272f93fae1f7551d0b0e1edf3fb22a7fb4c5ed188d951e0322"


def test_fingerprint_is_that_of_sorted_lines() -> None:
    columns = people(SIZES)
    excluded = np.arange(len(columns["keys"])) % 10 == 0
    made = make_register(**columns, excluded={"moved": excluded})
    lines = sorted(
        "\t".join((*row, "moved" if out else "")) + "\n"
        for *row, out in zip(*columns.values(), excluded.tolist(), strict=True)
    )
    assert made.fingerprint() == hashlib.sha256("".join(lines).encode()).hexdigest()


# ---- probabilities ------------------------------------------------------------------------------------------------


def within(count: int, trials: int, probability: float) -> bool:
    """Whether a count is one of all but a hundred-thousandth of what a binomial gives."""
    low, high = stats.binom.ppf([5e-6, 1 - 5e-6], trials, probability)
    return bool(low <= count <= high)


@pytest.mark.parametrize(
    "plan",
    [
        TWO_STAGES,
        replace(TWO_STAGES, first_stage=FirstStage.SYSTEMATIC),
        replace(TWO_STAGES, first_stage=FirstStage.PPS),
        replace(TWO_STAGES, first_stage=FirstStage.PPS, one_per_address=True, take=2),
        replace(TWO_STAGES, one_per_address=True, take=2),
    ],
    ids=["lots", "systematic", "pps", "pps-addresses", "addresses"],
)
def test_people_are_drawn_as_often_as_said(plan: Plan) -> None:
    made, trials = register(), 500
    times: Counter[str] = Counter()
    said: dict[str, float] = {}
    for seed in range(trials):
        sample = draw_sample(made, plan, seed=f"try {seed}")
        times.update(sample.keys.tolist())
        said.update(zip(sample.keys.tolist(), sample.probabilities.prod(axis=1).tolist(), strict=True))
    assert set(said) == set(made.keys.tolist())
    wrong = {key: (times[key] / trials, p) for key, p in said.items() if not within(times[key], trials, p)}
    assert not wrong
    # A probability is that of the person, whatever sample it was read from: they add up to the people drawn.
    assert sum(said.values()) == pytest.approx(sum(times.values()) / trials, rel=0.01)


def test_weighted_sample_is_unbiased_and_its_variance_right() -> None:
    made = register()
    values = {key: float(len(key) + hash_of(key)) for key in made.keys.tolist()}
    true = sum(values.values())
    found, claimed = [], []
    for seed in range(250):
        sample = draw_sample(made, replace(TWO_STAGES, per_stratum={"n": 3, "s": 3}), seed=str(seed))
        y = np.array([values[key] for key in sample.keys.tolist()])
        found.append(float(sample.weights @ y))
        claimed.append(variance_of_total(sample, y))
    error = np.std(found) / np.sqrt(len(found))
    assert abs(np.mean(found) - true) < 4 * error
    assert np.mean(claimed) == pytest.approx(np.var(found), rel=0.3)


def hash_of(key: str) -> int:
    return hashlib.sha256(key.encode()).digest()[0] % 10


def variance_of_total(sample: Sample, y: Any) -> float:
    design = sample.design()
    return float(covariance(design, (design.weights * y)[:, np.newaxis])[0, 0])


@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=12),
    share=st.floats(0, 1),
    seed=st.integers(0, 10**6),
)
@settings(max_examples=80, deadline=None)
def test_walk(sizes: list[int], share: float, seed: int) -> None:
    n = 1 + int(share * (len(sizes) - 1))
    found = walk(Drawer(str(seed)), sizes, n, "start")
    assert len(found.places) == n
    assert all(0 < p <= 1 for p in found.probabilities)
    # Over every start each is drawn n s / T of the time: no rounding anywhere.
    whole = sum(size for place, size in enumerate(sizes) if place not in found.certain)
    if whole:
        times: Counter[int] = Counter()
        for start in range(whole):
            times.update(walk(Fixed(start), sizes, n, "start").places)  # type: ignore[arg-type]
        for place, size in enumerate(sizes):
            expected = whole if place in found.certain else (n - len(found.certain)) * size
            assert times[place] == expected
    if n == len(sizes):
        assert found.certain == frozenset(range(n))


class Fixed:
    """A drawer that starts where it is told."""

    def __init__(self, start: int) -> None:
        self.start = start

    def below(self, bound: int, *words: str) -> int:
        assert self.start < bound
        return self.start


def test_numbers_below_are_even() -> None:
    counts = Counter(Drawer("x").below(6, "die", str(number)) for number in range(6000))
    assert stats.chisquare(list(counts.values())).pvalue > 1e-4
    assert set(counts) == set(range(6))


# ---- what is drawn --------------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 10**6), order=st.integers(0, 10**6), stage=st.sampled_from(list(FirstStage)))
@settings(max_examples=25, deadline=None)
def test_order_of_rows_does_not_matter(seed: int, order: int, stage: FirstStage) -> None:
    plan = replace(TWO_STAGES, first_stage=stage, one_per_address=True, take=2, reserve=2)
    one, other = make_register(**people(SIZES)), make_register(**people(SIZES, shuffled=order))
    first, second = (draw_sample(made, plan, seed=str(seed)) for made in (one, other))
    assert first.keys.tolist() == second.keys.tolist()
    assert record_of(first).as_json() == record_of(second).as_json()
    assert first.probabilities.tolist() == second.probabilities.tolist()
    assert [other.keys[row] for row in second.rows] == second.keys.tolist()


def test_shape_of_a_sample() -> None:
    made = register()
    sample = draw_sample(made, replace(TWO_STAGES, one_per_address=True, take=2, reserve=2), seed="1")
    assert len(sample) == 8
    assert Counter(sample.strata.tolist()) == {"n": 4, "s": 4}
    addresses = made.addresses.of(sample.rows)
    assert len(set(addresses)) == 8
    for (_, cluster), keys in sample.reserve.items():
        at = dict(zip(made.keys.tolist(), made.addresses.of(np.arange(120)), strict=True))
        homes = {address for key, address in at.items() if key.startswith(cluster)}
        held = {at[key] for key in keys}
        assert len(keys) == len(held) == min(2, len(homes) - 2)
        assert not held & set(addresses)
        assert all(key.startswith(cluster) for key in keys)


def test_same_number_of_each_cluster_by_size_weighs_the_same() -> None:
    sizes = {"n": [12, 14, 20, 19, 15], "s": [18, 16, 20, 11]}
    made = make_register(**people(sizes))
    plan = Plan(per_stratum={"n": 2, "s": 2}, take=4, first_stage="pps")
    sample = draw_sample(made, plan, seed="1")
    assert sample.is_self_weighting
    assert sample.weights[sample.strata == "n"] == pytest.approx(np.full(8, 80 / 8))
    assert not draw_sample(made, replace(plan, first_stage=FirstStage.LOTS), seed="3").is_self_weighting


def test_large_clusters_are_certain_and_strata_of_their_own() -> None:
    made = make_register(**people({"n": [200, 10, 12, 9, 14, 8]}))
    sample = draw_sample(made, Plan(per_stratum={"n": 3}, take=5, first_stage="pps"), seed="1")
    certain = sample.certain
    assert set(sample.clusters[certain].tolist()) == {"n0"}
    assert sample.probabilities[certain].tolist() == [[1.0, 5 / 200]] * 5
    assert sample.probabilities[~certain, 0] == pytest.approx(
        [2 * people_in / 53 for people_in in sample.people_there[~certain]]
    )
    design = sample.design()
    assert design.stages[0].strata.size == 2
    assert design.df == 2 + 5 - 2
    population = dict(zip(design.stages[0].strata.names, design.stages[0].population.tolist(), strict=True))
    assert population == {"n": np.inf, "n\tn0": 200.0}


def test_without_clusters() -> None:
    columns = people(SIZES)
    del columns["clusters"]
    made = make_register(**columns)
    for stage in (FirstStage.LOTS, FirstStage.SYSTEMATIC):
        sample = draw_sample(
            made, Plan(per_stratum={"n": 9, "s": 10}, first_stage=stage, reserve=1), seed="1"
        )
        assert sample.weights[:9] == pytest.approx(np.full(9, 63 / 9))
        assert sample.design().stages[0].population.tolist() == [63, 57]
        assert len(sample.reserve["n", ""]) == 1
    # Systematic along sorted keys: neighbours on the list are not drawn together.
    places = np.flatnonzero(
        np.isin(sorted(key for key in made.keys.tolist() if key.startswith("n")), sample.keys)
    )
    assert set(np.diff(places).tolist()) == {7}


def test_a_number_in_all_is_shared_out() -> None:
    columns = people({"n": [6] * 30, "s": [12] * 10})
    lots = draw_sample(make_register(**columns), Plan(per_stratum=8, take=2), seed="1")
    assert dict(record_of(lots).plan["per_stratum"]) == {"n": 6, "s": 2}
    by_people = draw_sample(
        make_register(**columns), Plan(per_stratum=10, take=2, first_stage="pps"), seed="1"
    )
    assert dict(record_of(by_people).plan["per_stratum"]) == {"n": 6, "s": 4}


def test_excluded_are_counted_and_never_drawn() -> None:
    moved = np.arange(120) % 3 == 0
    dead = np.arange(120) % 2 == 0
    made = register(excluded={"moved": moved, "dead": dead})
    sample = draw_sample(made, replace(TWO_STAGES, take=2), seed="1")
    assert not (moved | dead)[sample.rows].any()
    assert record_of(sample).excluded == {"dead": 40, "moved": 40}
    assert record_of(sample).eligible == 40
    assert sample.weights.sum() < 120


def test_a_stratum_does_not_depend_on_another() -> None:
    whole = draw_sample(register(), TWO_STAGES, seed="1")
    alone = draw_sample(
        make_register(**people({"n": SIZES["n"]})), Plan(per_stratum={"n": 2}, take=4), seed="1"
    )
    assert alone.keys.tolist() == whole.keys[whole.strata == "n"].tolist()


def test_whole_numbers_as_keys() -> None:
    text = make_register([str(number) for number in range(50)])
    numbers = make_register(np.arange(50))
    plan = Plan(per_stratum={"": 7})
    assert record_of(draw_sample(text, plan, seed="1")) == record_of(draw_sample(numbers, plan, seed="1"))


def test_sample_is_ready_for_analysis() -> None:
    sample = draw_sample(register(), replace(TWO_STAGES, per_stratum={"n": 3, "s": 3}), seed="1")
    found = t_test(sample.design(), np.arange(len(sample), dtype=float)).difference
    assert found.df == 4
    assert sample.design().population == pytest.approx(sample.weights.sum())


# ---- records ----------------------------------------------------------------------------------------------------------


def test_record_survives_being_written_and_read() -> None:
    made = register()
    sample = draw_sample(made, replace(TWO_STAGES, reserve=2), seed="抽選 1")
    read = json.loads(record_of(sample).as_json())
    assert verify(read, made).holds
    assert verify(record_of(sample), make_register(**people(SIZES, shuffled=3))).holds
    assert redraw(read, made).keys.tolist() == sample.keys.tolist()
    assert record_of(sample).fingerprint() == hashlib.sha256(record_of(sample).as_json().encode()).hexdigest()
    names = record_of(sample).as_json()
    assert not any(key in names for key in sample.keys.tolist())


TAMPERINGS: list[tuple[Callable[[dict[str, Any]], Any], str]] = [
    (lambda record: record.update(seed="another"), "drawn_sha256"),
    (lambda record: record.update(drawn_sha256="0" * 64), "drawn_sha256"),
    (lambda record: record.update(reserve_sha256="0" * 64), "reserve_sha256"),
    (lambda record: record.update(register_sha256="0" * 64), "register_sha256"),
    (lambda record: record.update(register_rows=121), "register_rows"),
    (lambda record: record.update(eligible=1), "eligible"),
    (lambda record: record.update(excluded={"moved": 5}), "excluded"),
    (lambda record: record["plan"].update(take=3), "drawn"),
    (lambda record: record["plan"].update(first_stage="pps"), "drawn_sha256"),
    (lambda record: record["plan"].update(per_stratum={"n": 1, "s": 2}), "drawn"),
    (lambda record: record["drawn"].update(n=7), "drawn"),
    (lambda record: record.update(algorithm="jichi-sample-9"), "algorithm-unknown"),
    (lambda record: record.pop("seed"), "record-malformed"),
    (lambda record: record.update(extra=1), "record-malformed"),
    (lambda record: record.update(plan=[]), "record-malformed"),
    (lambda record: record["plan"].pop("take"), "record-malformed"),
    (lambda record: record["plan"].update(take="four"), "plan-number"),
    (lambda record: record["plan"].update(first_stage="by hand"), "choice"),
    (lambda record: record["plan"].update(per_stratum={"n": 2}), "strata-unplanned"),
    (lambda record: record.update(seed=7), "seed"),
]


@pytest.mark.parametrize(("tamper", "problem"), TAMPERINGS)
def test_tampered_records_are_found_out(tamper: Callable[[dict[str, Any]], Any], problem: str) -> None:
    made = register()
    record = json.loads(record_of(draw_sample(made, replace(TWO_STAGES, reserve=1), seed="1")).as_json())
    assert verify(record, made).holds
    tamper(record)
    found = verify(record, made)
    assert not found.holds
    assert problem in found.problems


def test_another_register_is_found_out() -> None:
    made = register()
    record = record_of(draw_sample(made, TWO_STAGES, seed="1"))
    fewer = {name: values[1:] for name, values in people(SIZES).items()}
    found = verify(record, make_register(**fewer))
    assert {"register_sha256", "register_rows"} <= set(found.problems)
    refused("record-differs", lambda: redraw(record, make_register(**fewer)), "register_sha256")


def test_a_record_is_one_line_in_a_fixed_order() -> None:
    record = record_of(draw_sample(register(), TWO_STAGES, seed="1"))
    assert isinstance(record, Record)
    text = record.as_json()
    assert "\n" not in text
    assert list(json.loads(text)) == sorted(json.loads(text))


# ---- bad input ---------------------------------------------------------------------------------------------------------


def refused(code: str, call: Callable[[], Any], *words: str) -> SurveyError:
    with pytest.raises(SurveyError) as caught:
        call()
    assert caught.value.code == code
    for word in words:
        assert word in str(caught.value)
    return caught.value


def test_bad_registers() -> None:
    refused("register-empty", lambda: make_register([]))
    found = refused("keys-repeated", lambda: make_register(["a", "b", "a", "c", "c"]), "1, 3, 4, 5")
    assert found.params["keys"] == ["a", "c"]
    refused("labels-missing", lambda: make_register(["a", "", "c"]), "row 2")
    refused("control-character", lambda: make_register(["a", "b\tc"]), "row 2")
    refused("labels-not-text", lambda: make_register([1.5, 2.5]), "row 1, 2")
    refused("labels-not-text", lambda: make_register(np.array(["a", None], dtype=object)), "row 2")
    refused("length", lambda: make_register(["a", "b"], strata=["x"]), "strata")
    refused("register-none-eligible", lambda: make_register(["a"], excluded={"moved": [True]}))
    refused("mask-not-boolean", lambda: make_register(["a"], excluded={"moved": [1]}), "moved")
    refused("control-character", lambda: make_register(["a", "b"], excluded={"a\nb": [True, False]}))
    refused(
        "cluster-in-two-strata",
        lambda: make_register(["a", "b"], strata=["x", "y"], clusters=["same", "same"]),
        "same",
    )


def test_bad_plans() -> None:
    refused("plan-number", lambda: Plan(per_stratum={"n": 0, "s": 2}), "per_stratum[n] 0")
    refused("plan-number", lambda: Plan(per_stratum={}))
    refused("plan-number", lambda: Plan(per_stratum=2, take=0), "take 0")
    refused("plan-number", lambda: Plan(per_stratum=2, reserve=-1), "reserve -1")
    refused("plan-number", lambda: Plan(per_stratum=True))
    refused("choice", lambda: Plan(per_stratum=2, first_stage="hand"), "systematic")
    refused("choice", lambda: Plan(per_stratum=2, short="maybe"), "take-all")


def test_bad_draws() -> None:
    made = register()
    refused("seed", lambda: draw_sample(made, TWO_STAGES, seed=""))
    refused("seed", lambda: draw_sample(made, TWO_STAGES, seed="a\tb"))
    found = refused(
        "stratum-too-small",
        lambda: draw_sample(made, Plan(per_stratum={"n": 9, "s": 5}), seed="1"),
        "n (5 of 9)",
    )
    assert found.params["groups"] == ["n", "s"]
    refused(
        "strata-empty", lambda: draw_sample(made, Plan(per_stratum={"n": 2, "s": 2, "w": 2}), seed="1"), "w"
    )
    refused("strata-unplanned", lambda: draw_sample(made, Plan(per_stratum={"n": 2}), seed="1"), "s")
    everyone = replace(TWO_STAGES, per_stratum={"n": 5, "s": 4}, take=9)
    refused("cluster-too-small", lambda: draw_sample(made, everyone, seed="1"), "n1 (7 of 9)", "s0 (8 of 9)")
    taken = draw_sample(made, replace(everyone, short="take-all"), seed="1")
    assert taken.probabilities[taken.clusters == "n1"].tolist() == [[1.0, 1.0]] * 7
    homes = replace(TWO_STAGES, one_per_address=True)
    refused("cluster-too-small", lambda: draw_sample(made, replace(homes, take=8), seed="1"), "of 8")
    columns = people(SIZES)
    del columns["addresses"]
    refused("addresses-missing", lambda: draw_sample(make_register(**columns), homes, seed="1"))
    del columns["clusters"]
    pps = replace(TWO_STAGES, first_stage=FirstStage.PPS)
    refused("plan-needs-clusters", lambda: draw_sample(make_register(**columns), pps, seed="1"))


def test_probabilities_are_exact_before_they_are_floats() -> None:
    found = walk(Drawer("1"), [3, 3, 3, 1], 2, "start")
    assert set(found.probabilities) <= {Fraction(3, 5), Fraction(1, 5)}
