"""How a number was made, in words: by which rule, out of which cells, answers, returns or rows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.figures.models import Observation
from jichi.ui.numbers import format_number

Fact = dict[str, Any]


def made_facts(row: Observation) -> list[Fact]:
    """What is known of how a value came about; empty where it was only copied from its document."""
    told = row.computation
    facts = [*_of_inputs(told), *_of_table(told), *_of_survey(told), *_of_count(row)]
    return [fact for fact in facts if fact["value"]]


def _of_inputs(told: Mapping[str, Any]) -> list[Fact]:
    """An expression with what was put into it: numbers, or columns of returns."""
    if not told.get("expression"):
        return []
    facts: list[Fact] = [
        {"term": _("Expression"), "value": format_html("<code>{}</code>", told["expression"])}
    ]
    for name, given in told.get("inputs", {}).items():
        facts.append({"term": format_html("<code>{}</code>", name), **_input(given)})
    return facts


def _input(given: Any) -> Mapping[str, str]:
    if not isinstance(given, Mapping):
        return {"value": _number(given)}
    words = {"sum": _number(given.get("sum")), "count": format_number(given.get("count"))}
    text = _("%(sum)s in sum; returns: %(count)s") if given.get("sum") else _("returns: %(count)s")
    empty = len(given.get("empty", ()))
    return {"value": text % words, "note": _("left empty: %(count)s") % {"count": empty} if empty else ""}


def _of_table(told: Mapping[str, Any]) -> list[Fact]:
    """The cell of a table of statistics."""
    if "cell" not in told:
        return []
    factor = str(told.get("factor", "1"))
    place = _("%(cell)s of the sheet “%(sheet)s”") if told.get("sheet") else "%(cell)s"
    return [
        {"term": _("Cell of the table"), "value": place % told},
        {"term": _("Row of the table"), "value": " / ".join(told.get("names", ()))},
        {"term": _("Column of the table"), "value": told.get("column", "")},
        {
            "term": _("In the table"),
            "value": told.get("printed", ""),
            "note": f"× {factor}" if factor != "1" else "",
        },
    ]


def _of_survey(told: Mapping[str, Any]) -> list[Fact]:
    """The answers of a survey's question that were taken together."""
    if "question" not in told:
        return []
    group = " / ".join(filter(None, [told.get("dimension", ""), told.get("group", "")]))
    basis = {
        "counts": _("from the numbers of answers that the report prints"),
        "percents": _("from the percentages that the report prints"),
        "score": _("from the score that the report prints"),
    }
    return [
        {"term": _("Question of the report"), "value": told["question"]},
        {"term": _("Answers taken together"), "value": _(", ").join(told.get("options", ()))},
        {"term": _("Group"), "value": group},
        {"term": _("Computed"), "value": basis.get(told.get("basis", ""), "")},
    ]


def _of_count(row: Observation) -> list[Fact]:
    rows = format_number(row.evidence_count) if row.evidence_count is not None else ""
    return [
        {
            "term": _("Metric"),
            "value": row.metric,
            "url": reverse("figures-metric", args=[row.metric]) if row.metric else "",
        },
        {"term": _("Version of the rule"), "value": row.rule_version},
        {"term": _("Rows it was made from"), "value": rows},
        {
            "term": _("Digest of these rows (SHA-256)"),
            "value": format_html("<code>{}</code>", row.evidence_digest) if row.evidence_digest else "",
        },
    ]


def _number(value: Any) -> str:
    try:
        return format_number(Decimal(str(value)))
    except InvalidOperation:
        return str(value)


def interval_words(method: str) -> str:
    """How an interval was computed: ``wilson/95/srs`` and its like in words; another method as it is."""
    name, _level, sample = [*method.split("/"), "", ""][:3]
    if name != "wilson":
        return method
    effect = sample.removeprefix("deff=")
    if effect != sample:
        return _("Wilson's method, with the design effect %(effect)s") % {"effect": effect}
    return _("Wilson's method, as for a simple random sample")
