"""The chapters of a packet that sum up: how judgements are spread, and what changed since last year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.evaluation import fields
from jichi.sheets.definition import Definition, Field
from jichi.sheets.words import say
from jichi.ui import numbers
from jichi.ui.paper.document import Bars, Block, Column, Note, Table

from .leaves import mark_of, without_mark

Content = Mapping[str, Any]

SPREAD = (
    fields.PROGRESS,
    fields.ACCOMPLISHMENT,
    fields.CONTRIBUTION,
    fields.DIRECTION,
    fields.MEASURE_DIRECTION,
)


def summary_blocks(
    contents: Sequence[Content], before: Sequence[Content], definitions: Mapping[str, Definition]
) -> Iterator[Block]:
    """How the judgements are spread this year and last; nothing is counted for what was not judged."""
    for key in SPREAD:
        asked = _field(contents, definitions, key)
        if asked is None:
            continue
        now, then = _counts(contents, key), _counts(before, key)
        yield Bars(
            caption=say(asked.label),
            said=_said(now, asked),
            rows=[
                (_bar(key, one.key, say(one.label)), now[one.key], then[one.key] if then else None)
                for one in asked.choices
            ],
            now=_year(contents),
            before=_year(before) if then else "",
        )
        if missing := len(contents) - now.total():
            yield Note(
                text=ngettext("%(count)d sheet has none.", "%(count)d sheets have none.", missing)
                % {"count": missing}
            )


def _bar(key: str, value: str, label: str) -> str:
    mark = mark_of(key, value)
    return f"{mark} {without_mark(label, mark)}"


def _field(contents: Sequence[Content], definitions: Mapping[str, Definition], key: str) -> Field | None:
    for content in contents:
        definition = definitions.get(content["form"]["digest"])
        if definition is not None and any(asked.key == key for _part, asked in definition.fields()):
            return definition.field(key)[1]
    return None


def _counts(contents: Sequence[Content], key: str) -> Counter[str]:
    return Counter(str(value) for one in contents if (value := one["values"].get(key)) is not None)


def _year(contents: Sequence[Content]) -> str:
    return numbers.fiscal_year(contents[0]["cycle"]["fiscal_year"], style="short") if contents else ""


def _said(counts: Counter[str], asked: Field) -> str:
    if not counts:
        return _("Nothing has been judged.")
    most, number = counts.most_common(1)[0]
    label = next((say(one.label) for one in asked.choices if one.key == most), most)
    return _("Of %(all)d judged, most (%(number)d) say: %(label)s") % {
        "all": counts.total(),
        "number": number,
        "label": label,
    }


def changes_blocks(contents: Sequence[Content], before: Sequence[Content]) -> Iterator[Block]:
    """What got better and what got worse since last year, by the judgements that have an order."""
    if not before:
        yield Note(text=_("There is no evaluation of the year before to compare with."))
        return
    earlier = {one["node"]["code"]: one["values"] for one in before}
    rows = [row for one in contents for row in _moved(one, earlier.get(one["node"]["code"], {}))]
    for better, caption in ((True, _("Better than last year")), (False, _("Worse than last year"))):
        found = [row[1:] for row in rows if row[0] is better]
        if not found:
            yield Note(text=_("%(what)s: none") % {"what": caption})
            continue
        yield Table(
            caption=caption,
            columns=[
                Column(head=_("Code"), share=2),
                Column(head=_("Name"), share=5),
                Column(head=_year(before), share=2),
                Column(head=_year(contents), share=2),
            ],
            rows=found,
        )


def _moved(content: Content, earlier: Mapping[str, Any]) -> Iterator[tuple[bool, str, str, str, str]]:
    node = content["node"]
    for key in (fields.PROGRESS, fields.ACCOMPLISHMENT):
        order = fields.BEST_FIRST[key]
        then, now = earlier.get(key), content["values"].get(key)
        if then in order and now in order and then != now:
            yield order.index(now) < order.index(then), node["code"], node["name"], str(then), str(now)
