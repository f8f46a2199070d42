"""What a sentence about a grade is made from, and how its numbers are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jichi.evaluation.rules.stored import IN_UNIT
from jichi.evaluation.rules.values import GradingRule
from jichi.methods.rating import Measure
from jichi.ui.content import chosen
from jichi.ui.numbers import fiscal_year, format_number, format_value

WITHOUT_UNIT = frozenset({Measure.GROWTH_RATIO})
PERCENTAGES = frozenset({"%", "％"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A grade as it is stored, with the rule it was made under (None: the rule can no longer be read)."""

    grade: str
    cause: str
    case: Mapping[str, Any]
    steps: Sequence[Mapping[str, Any]] = ()
    beside: Mapping[str, Any] = field(default_factory=dict)
    rule: GradingRule | None = None

    @property
    def unit(self) -> str:
        """The figure's unit in the active language."""
        return str(chosen(self.case.get("unit")))

    @property
    def label(self) -> str:
        """What the rule calls the grade."""
        return str(chosen(self.rule.labels.get(self.grade))) if self.rule and self.grade else ""

    @property
    def state(self) -> str:
        """The shape a page shows: that of the grade, or that of what cannot be judged."""
        if not self.grade:
            return "cannot_judge"
        return (self.rule.states.get(self.grade) if self.rule else None) or "between"

    def value(self, name: str, *, comparator: str = "none") -> str:
        """One of the case's numbers with its unit: ``value``, ``target`` or ``start``; empty if missing."""
        held = self.case.get(name)
        if held is None:
            return ""
        decimals = self.case.get(f"{name}_decimals", self.case.get("decimals", 0))
        return format_value(Decimal(held), self.unit, decimals=decimals, comparator=comparator)

    def year(self, name: str) -> str:
        """One of the case's years in words; empty if missing."""
        held = self.case.get(name)
        return fiscal_year(held, style="short") if held is not None else ""


def told_of_edition(content: Mapping[str, Any], rule: GradingRule | None = None) -> Told:
    """A grade as an edition of a sheet keeps it (``grades`` of ``jichi-sheet/1``)."""
    return Told(
        grade=content.get("grade") or "",
        cause=content.get("cause") or "",
        case=content.get("case") or {},
        steps=content.get("steps") or (),
        beside=content.get("beside") or {},
        rule=rule,
    )


def measured(measure: str | None, value: str, unit: str) -> str:
    """What a measure came to, with what it is counted in."""
    number = Decimal(value)
    places = max(0, -int(number.as_tuple().exponent))
    if measure in WITHOUT_UNIT:
        return format_number(number, places)
    if measure in IN_UNIT:
        if unit in PERCENTAGES:
            return _("%(number)s points") % {"number": format_number(number, places)}
        return format_value(number, unit, decimals=places)
    return format_value(number, "%", decimals=places)
