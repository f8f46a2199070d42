"""Suppression against hand-worked tables, a slow reader of our own, and planted patterns that must fail."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jichi.methods.suppression import (
    TOTAL,
    Cell,
    Interval,
    Relation,
    Release,
    Rule,
    State,
    SuppressionError,
    Table,
    blocks,
    differencing,
    suppress,
    verify,
    with_totals,
)

from .suppression_reader import reader

PRIMARY, COMPLEMENTARY, SHOWN = State.PRIMARY, State.COMPLEMENTARY, State.SHOWN
ZERO_SHOWN = Rule(zero_is_safe=True)


def row(values: dict[str, float | None], name: str = "t", dimension: str = "group") -> Table:
    """A table of one dimension; "" is its total."""
    cells = [Cell(key=(member,), value=value) for member, value in values.items()]
    return Table(name=name, dimensions=(dimension,), cells=cells)


def grid(
    numbers: list[list[int]],
    *,
    name: str = "t",
    dimensions: tuple[str, str] = ("ward", "group"),
    totals: bool = True,
) -> Table:
    """A table of two dimensions with members a, b, ... and 1, 2, ...; with its margins."""
    cells = [
        Cell(key=("abcdefg"[at], str(column + 1)), value=value)
        for at, line in enumerate(numbers)
        for column, value in enumerate(line)
    ]
    table = Table(name=name, dimensions=dimensions, cells=cells)
    return with_totals(table) if totals else table


def states(answer, table: Table) -> dict[tuple[str, ...], State]:
    return {cell.key: answer.state(table.name, cell.key) for cell in table.cells}


def hidden_keys(answer, table: Table) -> set[tuple[str, ...]]:
    return {key for key, state in states(answer, table).items() if state in {PRIMARY, COMPLEMENTARY}}


# --- One table, by hand ------------------------------------------------------------------------------------


def test_one_small_cell_takes_the_cheapest_neighbour_with_it():
    table = row({"a": 4, "b": 30, "c": 25, TOTAL: 59})
    answer = suppress([table])
    assert states(answer, table) == {
        ("a",): PRIMARY,
        ("b",): SHOWN,
        ("c",): COMPLEMENTARY,
        (TOTAL,): SHOWN,
    }
    assert answer.safe
    # Only their sum is known: 59 - 30.
    assert (answer.proof.of("t", ("a",)).low, answer.proof.of("t", ("a",)).high) == (0, 29)
    assert answer.proof.of("t", ("a",)).exact


def test_two_small_cells_protect_each_other_only_if_there_is_room():
    # 4 + 5 = 9 leaves an interval of 0 to 9: narrower than 10.
    assert suppress([row({"a": 4, "b": 5, "c": 25, TOTAL: 34})]).counts.complementary == 1
    assert suppress([row({"a": 4, "b": 7, "c": 25, TOTAL: 36})]).counts.complementary == 0
    narrow = Rule(width=9, relative=0)
    assert suppress([row({"a": 4, "b": 5, "c": 25, TOTAL: 34})], rule=narrow).counts.complementary == 0


def test_no_total_needs_no_company():
    answer = suppress([row({"a": 4, "b": 30})])
    assert answer.counts.complementary == 0
    assert answer.proof.of("t", ("a",)).high == math.inf


def test_a_square_in_two_dimensions():
    #      1   2   3
    # a    3  20  30        the smallest square through (a, 1) is with row b and column 2
    # b   15  16  40
    # c   50  60  70
    table = grid([[3, 20, 30], [15, 16, 40], [50, 60, 70]])
    answer = suppress([table])
    assert hidden_keys(answer, table) == {("a", "1"), ("a", "2"), ("b", "1"), ("b", "2")}
    # (a, 1) moves up until (a, 2) or (b, 1) is 0, and down until it is 0 itself: 0 to 3 + 15.
    interval = answer.proof.of("t", ("a", "1"))
    assert (interval.low, interval.high) == (0, 18)


def test_three_small_cells_on_a_diagonal():
    table = grid([[8, 90, 91], [92, 8, 93], [94, 95, 8]])
    answer = suppress([table])
    assert answer.safe
    assert answer.counts.primary == 3
    assert answer.counts.complementary <= 4  # two squares; a ring of six cells would take three


def test_a_total_of_a_single_cell_is_hidden_with_it():
    for rule in (Rule(), ZERO_SHOWN):
        table = row({"a": 4, TOTAL: 4})
        assert hidden_keys(suppress([table], rule=rule), table) == {("a",), (TOTAL,)}


def test_a_margin_is_hidden_where_only_that_helps():
    # The row of ward a holds one cell that is not zero; with zeros shown nothing inside it can vary.
    table = grid([[3, 0], [40, 50], [60, 70]])
    answer = suppress([table], rule=ZERO_SHOWN)
    assert answer.safe
    assert not answer.shown("t", ("a", TOTAL))  # 3 as well, and small itself
    table = grid([[30, 0], [4, 50], [60, 70]])
    assert suppress([table], rule=ZERO_SHOWN).safe


def test_a_table_with_one_ward():
    table = grid([[3, 40, 50]])
    answer = suppress([table])
    assert answer.safe
    # Each cell is its own column's total: both or none.
    assert all(
        answer.state("t", ("a", str(column))) in {PRIMARY, COMPLEMENTARY}
        and answer.state("t", (TOTAL, str(column))) in {PRIMARY, COMPLEMENTARY}
        for column in (1,)
    )


def test_zeros():
    table = row({"a": 0, "b": 0, TOTAL: 0})
    assert suppress([table], rule=ZERO_SHOWN).counts.hidden == 0
    assert suppress([table]).counts.primary == 3  # also the total: it would tell the others
    table = row({"a": 0, "b": 50, TOTAL: 50})
    answer = suppress([table])
    assert hidden_keys(answer, table) == {("a",), ("b",)}
    table = row({"a": 3, "b": 0, "c": 0, TOTAL: 3})
    answer = suppress([table], rule=ZERO_SHOWN)
    assert hidden_keys(answer, table) == {("a",), (TOTAL,)}


def test_nothing_small_hides_nothing():
    table = grid([[30, 40], [50, 60]])
    answer = suppress([table])
    assert answer.counts.hidden == 0
    assert answer.safe
    assert answer.proof.intervals == {}


def test_amounts_are_judged_by_the_persons_behind_them():
    cells = [
        Cell(key=("a",), value=Decimal("120000.5"), n=2),
        Cell(key=("b",), value=Decimal("300000"), n=40),
        Cell(key=("c",), value=Decimal("250000"), n=30),
        Cell(key=(TOTAL,), value=Decimal("670000.5"), n=72),
    ]
    table = Table(name="t", dimensions=("group",), cells=cells)
    answer = suppress([table], rule=Rule(width=5000, relative=0.2))
    assert states(answer, table) == {
        ("a",): PRIMARY,
        ("b",): SHOWN,
        ("c",): COMPLEMENTARY,
        (TOTAL,): SHOWN,
    }
    assert answer.proof.of("t", ("a",)).need == pytest.approx(0.2 * 120000.5)
    # Without a count of its own, a total has that of its parts.
    small = [
        Cell(key=("a",), value=900, n=2),
        Cell(key=("b",), value=800, n=3),
        Cell(key=(TOTAL,), value=1700),
    ]
    table = Table(name="t", dimensions=("group",), cells=small)
    assert suppress([table]).state("t", (TOTAL,)) is PRIMARY


def test_sensitive_cells_are_hidden_whatever_their_size():
    cells = [
        Cell(key=("a",), value=400, sensitive=True),
        Cell(key=("b",), value=300),
        Cell(key=(TOTAL,), value=700),
    ]
    answer = suppress([Table(name="t", dimensions=("group",), cells=cells)])
    assert answer.state("t", ("a",)) is PRIMARY
    assert answer.proof.of("t", ("a",)).width >= 0.2 * 400


def test_the_reading_of_what_was_not_measured():
    # The total is the sum of what was measured: the missing ward adds nothing, and hides nobody.
    table = row({"a": None, "b": 3, "c": 40, TOTAL: 43})
    answer = suppress([table], rule=Rule(width=3))
    assert states(answer, table)[("a",)] is State.MISSING
    assert answer.state("t", ("c",)) is COMPLEMENTARY
    # The total counts it as well: nobody knows the rest of 7, and 0 to 10 is wide enough for the 3.
    table = row({"a": None, "b": 3, "c": 40, TOTAL: 50})
    answer = suppress([table])
    assert answer.counts.complementary == 0
    assert (answer.proof.of("t", ("b",)).low, answer.proof.of("t", ("b",)).high) == (0, 10)
    assert answer.counts.missing == 1


def test_several_missing_cells_that_only_a_programme_can_fill():
    cells = {
        ("a", "1"): None,
        ("a", "2"): None,
        ("b", "1"): None,
        ("b", "2"): None,
        ("a", "3"): 4,
        ("b", "3"): 60,
    }
    margins = {("a", ""): 34, ("b", ""): 90, ("", "1"): 20, ("", "2"): 40, ("", "3"): 64, ("", ""): 124}
    table = Table(
        name="t",
        dimensions=("ward", "group"),
        cells=[Cell(key=key, value=value) for key, value in {**cells, **margins}.items()],
    )
    answer = suppress([table])
    assert answer.safe
    assert answer.counts.missing == 4
    with pytest.raises(SuppressionError, match="difference"):
        suppress(
            [
                replace(
                    table,
                    cells=[Cell(key=c.key, value=21 if c.key == ("", "1") else c.value) for c in table.cells],
                )
            ]
        )


def test_a_missing_margin_is_not_printed_and_gives_room():
    inner = [Cell(key=("a", "1"), value=4), Cell(key=("a", "2"), value=30)]
    columns = [Cell(key=(TOTAL, "1"), value=4), Cell(key=(TOTAL, "2"), value=30)]
    for total in ([], [Cell(key=("a", TOTAL), value=None)]):
        table = Table(name="t", dimensions=("ward", "group"), cells=[*inner, *columns, *total])
        answer = suppress([table])
        assert hidden_keys(answer, table) == {("a", "1"), (TOTAL, "1")}
        assert answer.state("t", ("a", "2")) is SHOWN


# --- Linked tables -----------------------------------------------------------------------------------------


def test_a_cell_of_two_tables_is_hidden_in_both():
    one = row({"a": 3, "b": 40, "c": 55, TOTAL: 98}, name="by ward", dimension="ward")
    two = with_totals(
        Table(
            name="by ward and sex",
            dimensions=("ward", "sex"),
            cells=[
                Cell(key=(ward, sex), value=value)
                for ward, values in {"a": (3, 0), "b": (18, 22), "c": (30, 25)}.items()
                for sex, value in zip("fm", values, strict=True)
            ],
        ),
        over=("sex",),
    )
    answer = suppress([one, two])
    assert answer.safe
    for ward in "abc":
        assert answer.state("by ward", (ward,)) is answer.state("by ward and sex", (ward, TOTAL))
    assert answer.counts.shown + answer.counts.hidden == 4 + 6  # the wards are counted once


def test_a_total_in_another_table_is_known_to_readers():
    # Neither table has margins, but one is the total of the other.
    inner = grid([[3, 40], [50, 60]], name="inner", totals=False)
    wards = row({"a": 43, "b": 110}, name="wards", dimension="ward")
    answer = suppress([inner, wards])
    assert hidden_keys(answer, inner) == {("a", "1"), ("a", "2")}
    assert not verify([inner, wards], hidden=[("inner", ("a", "1"))]).protected
    assert verify([inner], hidden=[("inner", ("a", "1"))]).protected


def test_two_breakdowns_of_one_total_that_nobody_prints():
    # Both tables add up to the same wards: 3 + 40 = 20 + 23.
    one = grid([[3, 40], [50, 60]], name="one", dimensions=("ward", "group"), totals=False)
    two = grid([[20, 23], [70, 40]], name="two", dimensions=("ward", "age"), totals=False)
    proof = verify([one, two], hidden=[("one", ("a", "1"))])
    assert proof.failures == (("one", ("a", "1")),)
    assert proof.of("one", ("a", "1")).high == 3
    assert suppress([one, two]).safe


def test_tables_of_different_measures_are_not_linked():
    inner = grid([[3, 40], [50, 60]], name="inner", totals=False)
    wards = replace(row({"a": 43, "b": 110}, name="wards", dimension="ward"), measure="visits")
    assert suppress([inner, wards]).counts.complementary == 0


def test_further_relations():
    # District x is the wards a and b; district y is ward c.
    wards = row({"a": 3, "b": 40, "c": 55, TOTAL: 98}, name="wards", dimension="ward")
    districts = row({"x": 43, "y": 55}, name="districts", dimension="district")
    relations = [
        Relation(name="x", total=("districts", ("x",)), parts=(("wards", ("a",)), ("wards", ("b",)))),
        Relation(name="y", total=("districts", ("y",)), parts=(("wards", ("c",)),)),
    ]
    tables = [wards, districts]
    answer = suppress(tables, relations=relations)
    assert answer.safe
    assert verify(tables, hidden=answer.hidden, relations=relations, exact=True).protected
    assert hidden_keys(answer, wards) == {("a",), ("b",)}
    # Hiding c instead does not help: y is the same number.
    planted = verify(tables, hidden=[("wards", ("a",)), ("wards", ("c",))], relations=relations)
    assert ("wards", ("a",)) in planted.failures


def test_bands_cut_differently_betray_what_lies_between():
    # 15 to 17 stands in no table, but is the difference of two printed bands.
    atoms = replace(row({"0-14": 200, "15-17": 4, "18+": 300}, name="atoms", dimension="age"), printed=False)
    one = row({"0-14 ": 200, "15+": 304}, name="one", dimension="band")
    two = row({"0-17": 204, "18+ ": 300}, name="two", dimension="cut")
    relations = [
        Relation(name="0-14", total=("one", ("0-14 ",)), parts=(("atoms", ("0-14",)),)),
        Relation(name="15+", total=("one", ("15+",)), parts=(("atoms", ("15-17",)), ("atoms", ("18+",)))),
        Relation(name="0-17", total=("two", ("0-17",)), parts=(("atoms", ("0-14",)), ("atoms", ("15-17",)))),
        Relation(name="18+", total=("two", ("18+ ",)), parts=(("atoms", ("18+",)),)),
    ]
    tables = [atoms, one, two]
    assert verify(tables, hidden=[], relations=relations).failures == (("atoms", ("15-17",)),)
    answer = suppress(tables, relations=relations)
    assert answer.safe
    assert answer.state("atoms", ("15-17",)) is State.UNPRINTED
    assert answer.counts.complementary > 0
    assert answer.counts.unprinted == 3


# --- The attack --------------------------------------------------------------------------------------------


def test_hiding_the_small_cell_alone_is_found_out():
    table = grid([[3, 20, 30], [15, 16, 40], [50, 60, 70]])
    for exact in (False, True):
        proof = verify([table], hidden=[("t", ("a", "1"))], exact=exact)
        assert proof.failures == (("t", ("a", "1")),)
        assert (proof.of("t", ("a", "1")).low, proof.of("t", ("a", "1")).high) == (3, 3)
    proof = verify([table], hidden=[("t", ("a", "1")), ("t", ("a", "2"))])
    assert len(proof.failures) == 2


def test_a_small_cell_that_is_shown_is_a_failure():
    table = row({"a": 4, "b": 30, TOTAL: 34})
    assert verify([table], hidden=[]).failures == (("t", ("a",)),)


def test_a_hidden_cell_that_can_be_computed_is_a_failure_though_it_is_large():
    table = row({"a": 40, "b": 30, TOTAL: 70})
    assert verify([table], hidden=[("t", ("a",))]).failures == (("t", ("a",)),)


def test_a_pattern_that_hides_too_narrowly_is_found_out():
    table = row({"a": 4, "b": 5, "c": 25, TOTAL: 34})
    proof = verify([table], hidden=[("t", ("a",)), ("t", ("b",))], exact=True)
    assert (proof.of("t", ("a",)).low, proof.of("t", ("a",)).high) == (0, 9)
    assert set(proof.failures) == {("t", ("a",)), ("t", ("b",))}


def test_taking_any_complementary_cell_away_breaks_a_tight_pattern():
    table = grid([[3, 20, 30], [15, 16, 40], [50, 60, 70]])
    answer = suppress([table])
    for ref in answer.hidden:
        if answer.state(*ref) is COMPLEMENTARY:
            assert not verify([table], hidden=answer.hidden - {ref}).protected


@pytest.mark.parametrize(
    ("interval", "protected"),
    [
        (Interval(low=0, high=10, need=10), True),
        (Interval(low=0, high=9, need=10), False),
        (Interval(low=5, high=5, need=0), False),
        (Interval(low=5, high=6, need=0), True),
        (Interval(low=0, high=math.inf, need=10), True),
    ],
)
def test_when_an_interval_protects(interval: Interval, protected: bool):
    assert interval.protected is protected


# --- Any tables --------------------------------------------------------------------------------------------


@st.composite
def publications(draw) -> tuple[list[Table], Rule]:
    """Up to three linked tables over one set of made-up persons, with or without their margins."""
    names = ("ward", "group", "age")[: draw(st.integers(1, 3))]
    shape = [draw(st.integers(1, 4 if len(names) < 3 else 3)) for _ in names]
    most = draw(st.sampled_from([3, 12, 60]))
    numbers = np.array(
        draw(st.lists(st.integers(0, most), min_size=math.prod(shape), max_size=math.prod(shape)))
    ).reshape(shape)
    tables = []
    for number in range(draw(st.integers(1, 3))):
        over = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
        kept = draw(st.lists(st.booleans(), min_size=2 ** len(over), max_size=2 ** len(over)))
        cells = []
        for level, summed in enumerate(itertools.product([False, True], repeat=len(over))):
            if level and not kept[level]:
                continue
            cells += _cells(
                numbers, names, over, [name for name, gone in zip(over, summed, strict=True) if gone]
            )
        printed = number == 0 or draw(st.booleans())
        tables.append(Table(name=f"t{number}", dimensions=tuple(over), cells=cells, printed=printed))
    rule = Rule(
        threshold=draw(st.sampled_from([3, 10])),
        zero_is_safe=draw(st.booleans()),
        width=draw(st.sampled_from([None, 1, 4])),
    )
    return tables, rule


def _cells(numbers: np.ndarray, names: tuple[str, ...], over: list[str], summed: list[str]) -> list[Cell]:
    left = [name for name in names if name in over and name not in summed]
    values = numbers.sum(axis=tuple(at for at, name in enumerate(names) if name not in left))
    return [
        Cell(
            key=tuple(f"{name[0]}{at[left.index(name)]}" if name in left else TOTAL for name in over),
            value=int(value),
        )
        for at, value in np.ndenumerate(values)
    ]


def small(cell: Cell, rule: Rule) -> bool:
    return cell.value < rule.threshold and not (cell.value == 0 and rule.zero_is_safe)


@settings(max_examples=20, deadline=None)
@given(publications(), st.sampled_from([4096, 48, 8]))
def test_what_is_chosen_withstands_a_reader(publication, work):
    tables, rule = publication
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_WORK", work)  # the smaller, the more is cut into pairs and groups
        answer = suppress(tables, rule=rule)
        assert answer.safe
        assert verify(tables, hidden=answer.hidden, rule=rule).protected
    one = reader(tables, answer.hidden)
    for table in tables:
        for cell in table.cells:
            state = answer.state(table.name, cell.key)
            low, high = one.interval((table.name, cell.key))
            if state is SHOWN:
                assert not small(cell, rule)
            if table.printed and state is not SHOWN:
                assert high - low > 1e-6
            if small(cell, rule):
                assert high - low >= rule.needed(cell.value) - 1e-5
            if (table.name, cell.key) in answer.proof.intervals:
                interval = answer.proof.of(table.name, cell.key)
                assert low - 1e-5 <= interval.low <= cell.value <= interval.high <= high + 1e-5


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=12, max_size=12),
    st.sampled_from([(3, 4), (2, 2, 3)]),
    st.booleans(),
    st.sampled_from([4096, 8]),
)
def test_cells_left_out_are_known_to_be_zero(numbers, shape, zero_is_safe, work):
    table = Table(
        name="t",
        dimensions=("ward", "group", "age")[: len(shape)],
        cells=[
            Cell(key=tuple(f"m{code}" for code in at), value=value * value * 3)
            for at, value in np.ndenumerate(np.array(numbers).reshape(shape))
            if value
        ],
    )
    assume(table.cells)
    table = with_totals(table)
    rule = Rule(zero_is_safe=zero_is_safe)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_WORK", work)
        answer = suppress([table], rule=rule)
    assert answer.safe
    one = reader([table], answer.hidden)
    for ref in answer.hidden:
        low, high = one.interval(ref)
        assert high - low >= max(answer.proof.intervals[ref].need - 1e-5, 1e-6)


@settings(max_examples=20, deadline=None)
@given(publications(), st.randoms(use_true_random=False))
def test_the_attack_finds_what_a_reader_finds(publication, random):
    tables, rule = publication
    hidden = frozenset(
        (table.name, cell.key)
        for table in tables
        if table.printed
        for cell in table.cells
        if random.random() < 0.5
    )
    one = reader(tables, hidden)
    exact = verify(tables, hidden=hidden, rule=rule, exact=True)
    for ref, interval in exact.intervals.items():
        if ref not in one.of[0]:
            continue  # a total that stands in no table
        low, high = one.interval(ref)
        assert interval.low == pytest.approx(low, abs=1e-5)
        assert interval.high == pytest.approx(high, abs=1e-5)
        assert interval.exact
    assert set(exact.failures) == set(verify(tables, hidden=hidden, rule=rule).failures)


@settings(max_examples=8, deadline=None)
@given(publications(), st.randoms(use_true_random=False))
def test_the_order_of_cells_and_tables_does_not_matter(publication, random):
    tables, rule = publication
    answer = suppress(tables, rule=rule)
    shuffled = [replace(table, cells=random.sample(table.cells, len(table.cells))) for table in tables]
    random.shuffle(shuffled)
    again = suppress(shuffled, rule=rule)
    assert again.states == answer.states
    assert again.proof.intervals == answer.proof.intervals
    assert again.counts == answer.counts


@settings(max_examples=12, deadline=None)
@given(publications())
def test_hiding_more_never_tells_more(publication):
    tables, rule = publication
    answer = suppress(tables, rule=rule)
    everything = frozenset(
        (table.name, cell.key) for table in tables if table.printed for cell in table.cells
    )
    proof = verify(tables, hidden=everything, rule=rule)
    assert proof.protected
    assert answer.hidden <= everything


def test_a_block_is_answered_by_the_total_where_nothing_else_can(monkeypatch):
    # Zeros are shown, so in column 1 only ward a and the total can vary, and only together.
    table = grid([[3, 40], [0, 50], [0, 60], [0, 70]])
    monkeypatch.setattr(blocks, "_WORK", 8)
    answer = suppress([table], rule=ZERO_SHOWN)
    assert answer.safe
    assert answer.counts.primary == 2
    assert verify([table], hidden=answer.hidden, rule=ZERO_SHOWN).protected


@pytest.mark.parametrize("over", [("ward", "group"), ("project", "ward", "group")])
def test_many_projects(over):
    random = np.random.default_rng(5)
    numbers = random.negative_binomial(0.6, 0.03, size=(30, 7, 3))
    cells = [
        Cell(key=(f"p{project:02}", f"w{ward}", f"g{group}"), value=int(value))
        for (project, ward, group), value in np.ndenumerate(numbers)
    ]
    table = with_totals(Table(name="t", dimensions=("project", "ward", "group"), cells=cells), over=over)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_WORK", 400)
        answer = suppress([table])
    assert answer.safe
    assert verify([table], hidden=answer.hidden).protected
    small_ones = sum(cell.value < 10 for cell in table.cells)
    assert answer.counts.primary == small_ones
    assert answer.counts.complementary < 1.2 * small_ones


def test_few_cells_are_hidden_on_small_tables():
    """Against the least, found by trying all patterns in turn."""
    random = np.random.default_rng(3)
    ours = least = 0
    for _ in range(6):
        table = grid(random.integers(2, 40, size=(3, 3)).tolist())
        answer = suppress([table])
        ours += answer.counts.hidden
        least += _least(table, answer.counts.primary, answer)
    assert ours <= 1.1 * least


def _least(table: Table, primary: int, answer) -> int:
    small_ones = [("t", cell.key) for cell in table.cells if answer.state("t", cell.key) is PRIMARY]
    others = [("t", cell.key) for cell in table.cells if answer.state("t", cell.key) is not PRIMARY]
    for count in range(answer.counts.complementary + 1):
        for more in itertools.combinations(others, count):
            # A cell that stands alone in its row or column is computed; most patterns fail so.
            pattern = {*small_ones, *more}
            if _obvious(pattern) or not verify([table], hidden=pattern).protected:
                continue
            return primary + count
    raise AssertionError("no pattern protects")


def _obvious(pattern) -> bool:
    for at in (0, 1):
        lines = [ref[1][at] for ref in pattern]
        if any(lines.count(line) == 1 for line in lines):
            return True
    return False


# --- Several releases --------------------------------------------------------------------------------------


def test_what_was_shown_before_is_known():
    # Ward by ward there is no total, so the 4 needs no company. With the city's total of last week it does.
    wards = row({"a": 4, "b": 30, "c": 25}, name="wards", dimension="ward")
    city = row({TOTAL: 59}, name="city", dimension="ward")
    before = suppress([city]).release("last week")
    assert suppress([wards]).counts.complementary == 0
    answer = suppress([wards], already_published=[before])
    assert answer.safe
    assert answer.counts.complementary == 1
    later = suppress([wards]).release("now")
    (finding,) = differencing([before], later)
    assert (finding.code, finding.release, finding.table, finding.key) == (
        "recoverable",
        "now",
        "wards",
        ("a",),
    )
    assert finding.params["low"] == finding.params["high"] == 4
    assert differencing([before], answer.release("now")) == ()


def test_a_cell_shown_before_cannot_protect_now():
    table = row({"a": 4, "b": 30, "c": 25, "d": 31, TOTAL: 90})
    first = suppress([replace(table, cells=[cell for cell in table.cells if cell.key == ("c",)])])
    answer = suppress([table], already_published=[first.release("first")])
    assert answer.state("t", ("c",)) is SHOWN
    assert answer.state("t", ("b",)) is COMPLEMENTARY


def test_two_choices_that_contradict_each_other():
    table = row({"a": 4, "b": 30, "c": 25, TOTAL: 59})
    one = Release(name="one", tables=[table], hidden=frozenset({("t", ("a",)), ("t", ("b",))}))
    two = Release(name="two", tables=[table], hidden=frozenset({("t", ("a",)), ("t", ("c",))}))
    codes = {(finding.key, finding.code) for finding in differencing([one], two)}
    assert (("a",), "recoverable") in codes
    assert differencing([one], replace(one, name="again")) == ()
    assert suppress([table], already_published=[one]).hidden == one.hidden


def test_what_is_already_out_makes_it_unsafe():
    table = row({"a": 4, "b": 30, "c": 25, TOTAL: 59})
    out = Release(name="leak", tables=[table])
    answer = suppress([table], already_published=[out])
    assert not answer.safe
    assert answer.proof.failures == (("t", ("a",)),)
    assert answer.state("t", ("a",)) is PRIMARY  # it is not printed again


def test_a_release_narrows_without_betraying():
    # Alone the 4 is known to lie in 0 to 29; with b + c from elsewhere it does not get to be computed.
    table = row({"a": 4, "b": 30, "c": 25, "d": 8, TOTAL: 67})
    later = Release(name="later", tables=[table], hidden=frozenset(("t", (name,)) for name in "acd"))
    pair = row({"a and d": 12}, name="pair", dimension="union")
    atoms = replace(row({"a": 4, "d": 8}, name="atoms"), printed=False)
    relation = Relation(
        name="a and d", total=("pair", ("a and d",)), parts=(("atoms", ("a",)), ("atoms", ("d",)))
    )
    earlier = Release(name="earlier", tables=[pair, atoms], relations=[relation])
    rule = Rule(width=15)
    assert verify([table], hidden=later.hidden, rule=rule).protected
    found = differencing([earlier], later, rule=rule)
    assert {(finding.key, finding.code) for finding in found} >= {(("a",), "narrowed"), (("d",), "narrowed")}
    assert "earlier" in {finding.release for finding in found} | {"earlier"}


def test_a_small_change_between_releases():
    before = suppress([row({"a": 40, "b": 30, TOTAL: 70})]).release("May")
    after = suppress([row({"a": 41, "b": 30, TOTAL: 71})]).release("June")
    found = differencing([before], after)
    assert {(finding.key, finding.code) for finding in found} == {
        (("a",), "small_change"),
        ((TOTAL,), "small_change"),
    }
    assert found[0].params["earlier"] == "May"
    assert "small difference" in str(found[0])
    much = suppress([row({"a": 60, "b": 30, TOTAL: 90})]).release("June")
    assert differencing([before], much) == ()


@settings(max_examples=12, deadline=None)
@given(publications(), st.data())
def test_a_second_release_is_fitted_to_the_first(publication, data):
    tables, rule = publication
    assume(len(tables) > 1)
    cut = data.draw(st.integers(1, len(tables) - 1))
    before = suppress(tables[:cut], rule=rule).release("first")
    later = tables[cut:]
    answer = suppress(later, rule=rule, already_published=[before])
    one = reader(later, answer.hidden, earlier=[before])
    for table in later:
        for cell in table.cells:
            if small(cell, rule):
                low, high = one.interval((table.name, cell.key))
                enough = high - low >= rule.needed(cell.value) - 1e-5
                assert enough is ((table.name, cell.key) not in answer.proof.failures)
    # Whatever fails is told by the first release, and would be with everything hidden.
    everything = frozenset((table.name, cell.key) for table in later for cell in table.cells)
    worst = {
        ref
        for ref in verify(later, hidden=everything, rule=rule, already_published=[before]).failures
        if ref in answer.states
    }
    assert {ref for ref in answer.proof.failures if ref in answer.states} <= worst
    if answer.safe:
        assert differencing([before], answer.release("second"), rule=rule) == ()


@settings(max_examples=12, deadline=None)
@given(publications())
def test_the_same_release_again_tells_nothing_new(publication):
    tables, rule = publication
    before = suppress(tables, rule=rule).release("first")
    again = [replace(table, name=f"again {table.name}") for table in tables]
    answer = suppress(again, rule=rule, already_published=[before])
    assert answer.safe
    assert answer.hidden == {(f"again {name}", key) for name, key in before.hidden}
    assert differencing([before], answer.release("second"), rule=rule) == ()


# --- Bad input ---------------------------------------------------------------------------------------------


def problems(tables, **options):
    with pytest.raises(SuppressionError) as error:
        suppress(tables, **options)
    assert str(error.value)
    return {problem.code: problem.params for problem in error.value.problems}


def test_all_that_is_wrong_is_said_at_once():
    table = Table(
        name="t",
        dimensions=("ward", "ward"),
        cells=[
            Cell(key=("a", "1"), value=-3),
            Cell(key=("a", "1"), value=4),
            Cell(key=("a",), value=4),
            Cell(key=("b", "1"), value=float("nan")),
            Cell(key=("c", "1"), value=Decimal("Infinity")),
            Cell(key=("d", "1"), value=3, n=-1),
        ],
    )
    found = problems([table, Table(name="t", dimensions=("group",), cells=[])])
    assert set(found) == {
        "negative",
        "duplicate_key",
        "key_length",
        "not_a_number",
        "duplicate_table",
        "duplicate_dimension",
        "no_cells",
    }
    assert found["key_length"] == {"table": "t", "key": ("a",), "given": 1, "expected": 2}


def test_a_negative_number_is_named():
    found = problems([row({"a": 4, "b": -2, TOTAL: 2})])
    assert found["negative"] == {"table": "t", "key": ("b",), "value": -2}


def test_totals_that_do_not_add_up_are_named_with_the_difference():
    found = problems([row({"a": 4, "b": 30, TOTAL: 35})])
    assert found["does_not_add_up"] == {
        "relation": "table t, cell ('',), over group",
        "table": "t",
        "key": (TOTAL,),
        "over": ("group",),
        "total": 35,
        "parts": 34,
        "difference": 1,
    }
    found = problems([row({"a": 4, "b": None, TOTAL: 3})])
    assert found["does_not_add_up"]["difference"] == -1
    relation = Relation(name="all", total=("t", (TOTAL,)), parts=(("t", ("a",)),))
    found = problems([row({"a": 4, "b": 30, TOTAL: 34})], relations=[relation])
    assert found["does_not_add_up"]["relation"] == "relation all"
    assert found["does_not_add_up"]["difference"] == 30


def test_tables_that_contradict_each_other_are_named():
    found = problems([row({"a": 4, "b": 30}), row({"a": 5, "b": 30}, name="u")])
    assert found["conflict"] == {"table": "u", "key": ("a",), "value": 5, "other": 4, "other_table": "t"}


def test_cells_that_do_not_exist_are_named():
    table = row({"a": 4, "b": 30})
    relation = Relation(name="r", total=("t", ("z",)), parts=(("u", ("a",)),))
    assert problems([table], relations=[relation])["unknown_cell"]["table"] == "u"
    with pytest.raises(SuppressionError, match="has no cell"):
        verify([table], hidden=[("t", ("z",))])
    release = Release(name="x", tables=[table], hidden=frozenset({("t", ("z",))}))
    with pytest.raises(SuppressionError, match="hidden in x"):
        suppress([table], already_published=[release])


def test_releases_have_names_of_their_own():
    table = row({"a": 40, "b": 30})
    for names in (("x", "x"), ("", "y")):
        releases = [Release(name=name, tables=[table]) for name in names]
        with pytest.raises(SuppressionError, match="release"):
            suppress([table], already_published=releases)


@pytest.mark.parametrize(
    ("rule", "parameter"),
    [
        (Rule(threshold=0), "threshold"),
        (Rule(width=0), "width"),
        (Rule(width=-1), "width"),
        (Rule(width=math.nan), "width"),
        (Rule(width=math.inf), "width"),
        (Rule(relative=-0.1), "relative"),
        (Rule(relative=math.nan), "relative"),
    ],
)
def test_every_entrance_checks_the_rule(rule: Rule, parameter: str):
    table = row({"a": 4, "b": 30})
    release = Release(name="x", tables=[table])
    for call in (
        lambda: suppress([table], rule=rule),
        lambda: verify([table], hidden=[], rule=rule),
        lambda: differencing([], release, rule=rule),
    ):
        with pytest.raises(SuppressionError) as error:
            call()
        assert error.value.problems[0].params["parameter"] == parameter


# --- Margins -----------------------------------------------------------------------------------------------


def test_totals_are_added_and_kept():
    table = grid([[1, 2], [3, 4]], totals=False)
    sums = {cell.key: cell.value for cell in with_totals(table).cells}
    assert sums[("a", TOTAL)] == 3
    assert sums[(TOTAL, "1")] == 4
    assert sums[(TOTAL, TOTAL)] == 10
    assert {cell.key for cell in with_totals(table, over=("ward",)).cells} == {
        *(cell.key for cell in table.cells),
        (TOTAL, "1"),
        (TOTAL, "2"),
    }
    assert with_totals(with_totals(table)) == with_totals(table)
    missing = replace(table, cells=[replace(table.cells[0], value=None), *table.cells[1:]])
    assert ("a", TOTAL) not in {cell.key for cell in with_totals(missing).cells}
    with pytest.raises(SuppressionError, match="over is year"):
        with_totals(table, over=("year",))


def test_totals_of_amounts_keep_their_kind_and_count_persons():
    cells = [Cell(key=("a",), value=Decimal("1.10"), n=3), Cell(key=("b",), value=Decimal("2.20"), n=4)]
    table = with_totals(Table(name="t", dimensions=("group",), cells=cells))
    assert table.cells[-1] == Cell(key=(TOTAL,), value=Decimal("3.30"), n=7)
