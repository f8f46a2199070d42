"""The report that accompanies the settlement: for each measure what was spent and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jichi.evaluation import fields
from jichi.sheets.definition import Address, Definition
from jichi.sheets.reading import from_json, rows_in
from jichi.ui import numbers
from jichi.ui.paper.document import Block, Column, Facts, Leaf, Note, Table, Text

from .leaves import DASH, mark_of

Content = Mapping[str, Any]
Amounts = tuple[Decimal | None, Decimal | None]


def _by_measure(contents: Sequence[Content]) -> dict[tuple[str, str], list[Content]]:
    """Project sheets by the code and name of the measure above them, in the order of the plan."""
    found: dict[tuple[str, str], list[Content]] = {}
    for one in contents:
        if one["kind"] != "measure" and one["node"]["path"]:
            above = one["node"]["path"][-1]
            found.setdefault((above["code"], above["name"]), []).append(one)
    return found


def amounts_of(content: Content) -> Amounts:
    """The total cost of a project, estimated and settled, in thousand yen; None where the sheet is empty."""
    values = content["values"]

    def one(row: str) -> Decimal | None:
        text = values.get(f"{fields.TOTAL}.{row}")
        return Decimal(str(text)) if text is not None else None

    return one(fields.ESTIMATE), one(fields.SETTLED)


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [one for one in amounts if one is not None]
    return sum(known, Decimal(0)) if known else None


def _money(amount: Decimal | None) -> str:
    return DASH if amount is None else numbers.format_number(amount, 0)


def totals_blocks(contents: Sequence[Content]) -> Iterator[Block]:
    """Estimate and settled account of each measure and of all; how many sheets had no figure is said."""
    groups = _by_measure(contents)
    if not groups:
        yield Note(text=_("There are no project sheets in this evaluation."))
        return
    rows, every = [], []
    for (code, name), group in groups.items():
        found = [amounts_of(one) for one in group]
        every += found
        rows.append([code, name, str(len(group)), *(_money(_sum([a[i] for a in found])) for i in (0, 1))])
    rows.append(
        [
            "",
            pgettext("total", "All"),
            str(len(every)),
            *(_money(_sum([a[i] for a in every])) for i in (0, 1)),
        ]
    )
    missing = sum(a[1] is None for a in every)
    yield Table(
        columns=[
            Column(head=_("Code"), share=1),
            Column(head=_("Measure"), share=4),
            Column(head=_("Projects"), number=True, share=1),
            Column(head=_("Estimate (thousand yen)"), number=True, share=2),
            Column(head=_("Settled (thousand yen)"), number=True, share=2),
        ],
        rows=rows,
        note=_("Projects without a settled account, left out of the sums: %(count)d") % {"count": missing},
    )


def measure_leaves(contents: Sequence[Content], definitions: Mapping[str, Definition]) -> Iterator[Leaf]:
    """A leaf for each measure: what its projects cost, and what was done."""
    for (code, name), group in _by_measure(contents).items():
        place = " › ".join(f"{one['code']} {one['name']}" for one in group[0]["node"]["path"][:-1])
        yield Leaf(title=f"{code} {name}", code=code, place=place, blocks=list(_measure(group, definitions)))


def _measure(group: Sequence[Content], definitions: Mapping[str, Definition]) -> Iterator[Block]:
    found = [amounts_of(one) for one in group]
    yield Facts(
        rows=[
            (_("Projects"), str(len(group))),
            (_("Estimate (thousand yen)"), _money(_sum([a[0] for a in found]))),
            (_("Settled (thousand yen)"), _money(_sum([a[1] for a in found]))),
        ]
    )
    yield Table(
        columns=[
            Column(head=_("Code"), share=2),
            Column(head=_("Project"), share=4),
            Column(head=_("Estimate"), number=True, share=2),
            Column(head=_("Settled"), number=True, share=2),
            Column(head=_("Accomplishment"), share=2),
        ],
        rows=[
            [
                one["node"]["code"],
                one["node"]["name"],
                *(_money(amount) for amount in amounts),
                mark_of(fields.ACCOMPLISHMENT, one["values"].get(fields.ACCOMPLISHMENT)),
            ]
            for one, amounts in zip(group, found, strict=True)
        ],
    )
    for one in group:
        done = _done(one, definitions)
        if done:
            yield Text(label=f"{one['node']['code']} {one['node']['name']}", text=done)


def _done(content: Content, definitions: Mapping[str, Definition]) -> str:
    """What was done, row by row of the form's results; else the reason of the judgement."""
    definition = definitions.get(content["form"]["digest"])
    if definition is None:
        return ""
    values = from_json(content["values"], definition)
    part = next((part for part in definition.parts if part.key == fields.RESULTS and part.rows), None)
    texts = []
    if part is not None:
        texts = [values.get(Address(fields.RESULT_DONE, row)) for row in rows_in(part, values)]
    lines = [str(text) for text in texts if text]
    reason = values.get(Address(fields.ACCOMPLISHMENT_REASON))
    return "\n".join(lines) or str(reason or "")
