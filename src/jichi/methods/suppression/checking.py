"""Is the input usable? Everything wrong with the tables is gathered, then raised at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

from .values import Cell, Problem, Ref, Relation, Rule, SuppressionError, Table

__all__ = ["check_refs", "check_releases", "check_rule", "check_tables", "raise_if", "refs_of"]


def raise_if(problems: Sequence[Problem]) -> None:
    """SuppressionError with all of them, if there are any."""
    if problems:
        raise SuppressionError(problems)


def check_rule(rule: Rule) -> None:
    """Each parameter within its range, else SuppressionError naming it, its value and the range."""
    given = [
        ("threshold", rule.threshold, "a whole number of 1 or more", rule.threshold >= 1),
        ("width", rule.width, "over 0", rule.width is None or 0 < rule.width < math.inf),
        ("relative", rule.relative, "0 or more", 0 <= rule.relative < math.inf),
    ]
    raise_if(
        [
            Problem(code="bad_rule", params={"parameter": name, "value": value, "allowed": allowed})
            for name, value, allowed, fine in given
            if not fine
        ]
    )


def check_tables(tables: Sequence[Table]) -> None:
    """Names, keys and numbers of the tables, else SuppressionError with every problem."""
    problems: list[Problem] = []
    names: set[str] = set()
    for table in tables:
        if table.name in names:
            problems.append(Problem(code="duplicate_table", params={"table": table.name}))
        names.add(table.name)
        if not table.cells:
            problems.append(Problem(code="no_cells", params={"table": table.name}))
        problems += [
            Problem(code="duplicate_dimension", params={"table": table.name, "dimension": name})
            for name in sorted({name for name in table.dimensions if table.dimensions.count(name) > 1})
        ]
        problems += _cells(table)
    raise_if(problems)


def _cells(table: Table) -> Iterable[Problem]:
    """What is wrong with single cells."""
    length = len(table.dimensions)
    seen: set[tuple[str, ...]] = set()
    for cell in table.cells:
        where: dict[str, object] = {"table": table.name, "key": cell.key}
        if len(cell.key) != length:
            yield Problem(code="key_length", params={**where, "given": len(cell.key), "expected": length})
        if cell.key in seen:
            yield Problem(code="duplicate_key", params=where)
        seen.add(cell.key)
        yield from _number(cell, where)


def _number(cell: Cell, where: dict[str, object]) -> Iterable[Problem]:
    for number in (cell.value, cell.n):
        if number is None:
            continue
        if not (number.is_finite() if isinstance(number, Decimal) else math.isfinite(number)):
            yield Problem(code="not_a_number", params={**where, "value": number})
        elif number < 0:
            yield Problem(code="negative", params={**where, "value": number})


def check_releases(names: Sequence[str]) -> None:
    """Every release has a name of its own."""
    wrong = sorted({name for name in names if not name or names.count(name) > 1})
    raise_if([Problem(code="release_name", params={"release": name}) for name in wrong])


def check_refs(places: dict[Ref, int], asked: Iterable[tuple[str, Ref]]) -> None:
    """Cells named by relations, patterns and the like stand in the tables."""
    raise_if(
        [
            Problem(code="unknown_cell", params={"table": table, "key": key, "where": where})
            for where, (table, key) in asked
            if (table, key) not in places
        ]
    )


def refs_of(relations: Iterable[Relation]) -> Iterable[tuple[str, Ref]]:
    """Every cell that a relation names, with where it is named."""
    for relation in relations:
        for ref in (relation.total, *relation.parts):
            yield f"relation {relation.name}", ref
