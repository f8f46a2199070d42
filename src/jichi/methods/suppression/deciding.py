"""The two questions put to tables: what to hide, and does a given pattern protect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from .arrays import Flags
from .attack import Reach, attack
from .checking import check_refs
from .choosing import bound_cells, choose, prove
from .system import System, build
from .values import Counts, Interval, Proof, Ref, Relation, Release, Rule, State, Suppression, Table

__all__ = ["METHOD", "suppress", "verify"]

METHOD = "cubes and linear programmes, version 1"


def suppress(
    tables: Sequence[Table],
    *,
    rule: Rule = Rule(),  # noqa: B008 - frozen
    relations: Sequence[Relation] = (),
    already_published: Sequence[Release] = (),
) -> Suppression:
    """Chooses the cells to hide, so that no small number can be computed or narrowed too far.

    *Primary* suppression hides the cells that the rule calls small, margins among them;
    *complementary* suppression hides others, so that the first cannot be computed from totals [1]_ [3]_.

    Parameters
    ----------
    tables : sequence of Table
        All that is to be published together. Cells that two tables share are hidden in both or in none.
    rule : Rule
    relations : sequence of Relation
        Sums that readers know beyond the margins.
    already_published : sequence of Release
        What readers have. It cannot be hidden any more, and counts as known.

    Returns
    -------
    Suppression
        With a proof for every hidden cell. ``safe`` is False if something cannot be protected because
        readers have it already. The result does not depend on the order of tables or cells.

    Raises
    ------
    SuppressionError
        Input that cannot be used, with every problem found.

    Notes
    -----
    The proof is a set of tables that agree with all that is shown, and between which each hidden cell
    varies by as much as it needs; each is checked against all relations before it counts. For whole numbers
    the cubes (see `moves`) step by whole numbers; what programmes find may not be whole, so that a reader
    who knows the numbers to be whole can at times narrow an interval a little further.

    The choice is good, not best: finding the least is NP-hard [1]_. On tables of 7 wards by 3 groups with
    many small cells it takes about 3 to 5 % more complementary cells than the least; large problems, which
    are left to cubes alone, 10 to 17 % more (see the benchmark).

    Time grows with the cells in need times the cubes through a cell: ``prod(m_d - 1)`` cubes for blocks of
    m_d members in dimension d, margins counted, cut so that there are at most some thousands.

    Examples
    --------
    >>> from jichi.methods.suppression import Cell, Table
    >>> groups = [("a", 4), ("b", 30), ("c", 25), ("", 59)]
    >>> cells = [Cell(key=(name,), value=n) for name, n in groups]
    >>> answer = suppress([Table(name="visits", dimensions=("group",), cells=cells)])
    >>> [answer.state("visits", (name,)).value for name, _ in groups]
    ['primary', 'shown', 'complementary', 'shown']
    """
    system = build(tables, rule=rule, relations=relations, published=already_published)
    choice = choose(system)
    states = _states(tables, system, choice.hidden)
    return Suppression(
        states=states,
        counts=_counts(tables, system, states),
        proof=_proof(system, choice.hidden, choice.reach),
        rule=rule,
        method=METHOD,
        tables=tuple(tables),
        relations=tuple(relations),
    )


def verify(
    tables: Sequence[Table],
    *,
    hidden: Iterable[Ref],
    rule: Rule = Rule(),  # noqa: B008 - frozen
    relations: Sequence[Relation] = (),
    already_published: Sequence[Release] = (),
    exact: bool = False,
) -> Proof:
    """Attacks a pattern of suppression as a reader would, wherever the pattern comes from.

    Parameters
    ----------
    hidden : iterable of (table name, key)
        What is not printed. A cell hidden in one table and printed in another is printed.
    exact : bool
        True: both ends of every interval by linear programmes. False: only until each is wide enough.

    Returns
    -------
    Proof
        ``failures`` holds every hidden cell that can be computed or narrowed too far, and every cell that
        the rule calls small but the pattern shows.

    Raises
    ------
    SuppressionError
        Input that cannot be used, with every problem found.
    """
    system = build(tables, rule=rule, relations=relations, published=already_published)
    return attack_pattern(system, tables, frozenset(hidden), exact=exact)


def attack_pattern(system: System, tables: Sequence[Table], hidden: frozenset[Ref], *, exact: bool) -> Proof:
    """The proof, or its failure, for a pattern in a system."""
    check_refs(system.places, (("hidden", ref) for ref in sorted(hidden)))
    shown = system.known.copy()
    for table in tables:
        if table.printed:
            for cell in table.cells:
                if cell.value is not None and (table.name, cell.key) not in hidden:
                    shown[system.places[table.name, cell.key]] = True
    reach = Reach.none(system.value) if exact else prove(system, ~shown, bound_cells(system))
    asked = ~shown & (system.candidate | (system.need > 0))
    attack(system.matrix, system.value, ~shown, system.need, asked, reach=reach, exact=exact)
    return _proof(system, ~shown, reach)


def _states(tables: Sequence[Table], system: System, hidden: Flags) -> Mapping[Ref, State]:
    states: dict[Ref, State] = {}
    small = (system.need > 0).tolist()
    gone = hidden.tolist()
    for table in tables:
        for cell in table.cells:
            ref = table.name, cell.key
            number = system.places[ref]
            if cell.value is None:
                states[ref] = State.MISSING
            elif not table.printed:
                states[ref] = State.UNPRINTED
            elif small[number]:
                states[ref] = State.PRIMARY
            else:
                states[ref] = State.COMPLEMENTARY if gone[number] else State.SHOWN
    return MappingProxyType(states)


def _counts(tables: Sequence[Table], system: System, states: Mapping[Ref, State]) -> Counts:
    """Each cell once; one that is printed in some table counts as printed."""
    rank = [State.MISSING, State.UNPRINTED, State.SHOWN, State.COMPLEMENTARY, State.PRIMARY]
    best = np.full(len(system.value), -1)
    order = {state: place for place, state in enumerate(rank)}
    numbers = np.fromiter((system.places[ref] for ref in states), np.int64, len(states))
    np.maximum.at(
        best, numbers, np.fromiter((order[state] for state in states.values()), np.int64, len(states))
    )
    found = np.bincount(best[best >= 0], minlength=len(rank)).tolist()
    return Counts(**{state.value: found[place] for place, state in enumerate(rank)})


def _proof(system: System, hidden: Flags, reach: Reach) -> Proof:
    """The intervals of hidden cells and of all in need, by every name under which they stand."""
    asked = np.flatnonzero((hidden & system.candidate) | (system.need > 0))
    ends = zip(
        reach.low[asked].tolist(),
        reach.high[asked].tolist(),
        system.need[asked].tolist(),
        (~hidden | reach.low_exact & reach.high_exact)[asked].tolist(),
        strict=True,
    )
    found = {
        number: Interval(low=low, high=high, need=need, exact=exact)
        for number, (low, high, need, exact) in zip(asked.tolist(), ends, strict=True)
    }
    intervals = {ref: found[number] for ref, number in system.places.items() if number in found}
    named = set(system.places.values())
    intervals.update((system.name(number), found[number]) for number in found if number not in named)
    return Proof(
        intervals=MappingProxyType(intervals),
        failures=tuple(ref for ref, interval in intervals.items() if not interval.protected),
    )
