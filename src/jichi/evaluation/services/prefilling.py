"""What stands in a sheet from the start: what the plan promised, what was measured, what was spent.

Nothing that a person judged is filled in; last year's answers are shown beside, never copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from jichi.evaluation import fields
from jichi.evaluation.content import plain
from jichi.evaluation.models import BudgetAmount, Cycle
from jichi.evaluation.queries.contents import Figures, Lines, figures_by_node, lines_by_node
from jichi.plan.models import Milestone, Node
from jichi.sheets.definition import Address, Definition, Part, Raw

Item = TypeVar("Item")

_THOUSAND = 1000
_HUNDRED = 100


class Prefill:
    """What is known about some projects of a cycle, read in few queries for all of them."""

    def __init__(self, cycle: Cycle, nodes: Sequence[Node]) -> None:
        ids = [node.pk for node in nodes]
        self._promised = _promised(cycle, ids)
        self._figures = figures_by_node(ids, cycle.fiscal_year)
        self._lines = lines_by_node(ids, cycle.fiscal_year)

    def draft(self, node: Node, definition: Definition) -> Raw:
        """The answers a sheet begins with, as far as its form asks for them."""
        parts = {part.key: part for part in definition.parts}
        found: dict[Address, str] = {}
        if part := parts.get(fields.RESULTS):
            found |= _rows(part, self._promised.get(node.pk, ()), lambda one: {fields.RESULT_PLANNED: one})
        if part := parts.get(fields.NUMBERS):
            found |= _rows(part, self._figures.get(node.pk, ()), _number)
        if part := parts.get(fields.COSTS):
            found |= _costs(part, self._lines.get(node.pk, ()))
        return found


def _rows(
    part: Part, items: Iterable[Item], answers: Callable[[Item], dict[str, str | None]]
) -> dict[Address, str]:
    known = {field.key for field in part.fields}
    if part.rows is None or part.rows.fixed:
        return {}
    found: dict[Address, str] = {}
    for number, item in enumerate(items, start=1):
        if number > part.rows.most:
            break
        for key, text in answers(item).items():
            if key in known and text:
                found[Address(key, str(number))] = text
    return found


def _promised(cycle: Cycle, nodes: Sequence[int]) -> dict[int, list[str]]:
    """What the plan's yearly activities promise for the year: the initiative and what it does."""
    rows = Milestone.objects.filter(
        initiative__project__in=nodes, first_year__lte=cycle.fiscal_year
    ).select_related("initiative")
    found: dict[int, list[str]] = {}
    for row in rows.order_by("initiative__project", "initiative__order", "order"):
        last = row.last_year or (cycle.plan.last_year if row.open_ended else row.first_year)
        if last is not None and cycle.fiscal_year <= last:
            name = row.initiative.name
            text = row.text if row.text == name else f"{name}：{row.text}"
            found.setdefault(row.initiative.project_id, []).append(text)
    return found


def _number(row: Figures) -> dict[str, str | None]:
    return {
        fields.NUMBER_NAME: row.figure.name,
        fields.NUMBER_UNIT: row.figure.unit,
        fields.NUMBER_TARGET: plain(row.target),
        fields.NUMBER_ACTUAL: plain(row.actual),
    }


def _costs(part: Part, lines: Sequence[Lines]) -> dict[Address, str]:
    known = {field.key for field in part.fields}
    rows = {one.key for one in part.rows.fixed} if part.rows is not None else set()
    found: dict[Address, str] = {}
    for row, name in ((fields.ESTIMATE, "estimate"), (fields.SETTLED, "settled")):
        if row not in rows:
            continue
        shares = [(one.percent, getattr(one, name)) for one in lines]
        for key, amount in thousands(shares).items():
            if key in known:
                found[Address(key, row)] = str(amount)
    return found


def thousands(shares: Sequence[tuple[Decimal, BudgetAmount | None]]) -> dict[str, int]:
    """What a project bears of its lines, in thousand yen, by the key of the answer.

    Nothing where a line has no amount yet: a part never stands for the whole. The sources stand there only
    where every line names them all, and then add up to the whole, the general one bearing what rounding
    leaves.
    """
    amounts = [(percent, row) for percent, row in shares if row is not None]
    if not amounts or len(amounts) != len(shares):
        return {}
    whole = _sum(amounts, "amount")
    found = {fields.PROJECT_COST: whole}
    if all(getattr(row, name) is not None for _percent, row in amounts for name in fields.FUNDING):
        found |= {name: _sum(amounts, name) for name in fields.FUNDING}
        found["general"] = whole - sum(found[name] for name in fields.FUNDING if name != "general")
    return found


def _sum(amounts: Sequence[tuple[Decimal, BudgetAmount]], name: str) -> int:
    total = sum((percent * getattr(row, name) for percent, row in amounts), Decimal(0))
    return int((total / (_HUNDRED * _THOUSAND)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
