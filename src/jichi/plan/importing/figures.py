"""The figures of one project, gathered from its rows; copies of a row are told from other figures."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from jichi.plan.importing.lines import Account
from jichi.plan.importing.mentions import Mention
from jichi.plan.importing.values import json_number
from jichi.plan.importing.yearly import Doubt, Placed

__all__ = ["FigureDraft", "Figures"]


@dataclass
class FigureDraft:
    """One figure: where it was found, its certain points and its doubts (each with its line)."""

    name: str
    unit: str
    initiative: int | None
    line: int
    placed: list[tuple[int, Placed]] = field(default_factory=list)
    doubts: list[tuple[int, Doubt]] = field(default_factory=list)

    def values(self) -> dict[tuple[str, int], Any]:
        """The certain values by role and year."""
        return {
            (p.role, p.fiscal_year): p.mention.quantity.value for _, p in self.placed if p.mention.quantity
        }


class Figures:
    """All figures of a project."""

    def __init__(self, code: str, account: Account) -> None:
        self.code, self.account = code, account
        self.drafts: list[FigureDraft] = []

    def add(
        self,
        line: int,
        initiative: int | None,
        placed: list[Placed],
        doubts: list[Doubt],
        *,
        detached: bool,
    ) -> None:
        """Add what one row says of one figure.

        `detached` marks values without any words of their own beside a row that has words: extraction
        printed them twice, so they are compared with the figure they repeat.
        """
        mentions = [p.mention for p in placed] + [d.mention for d in doubts]
        units = Counter(m.quantity.unit for m in mentions if m.quantity)
        unit = units.most_common(1)[0][0] if units else ""
        name = mentions[0].label
        placed, doubts = _same_unit(placed, doubts, unit)
        draft = FigureDraft(name, unit, initiative, line)
        draft.placed = [(line, p) for p in placed]
        draft.doubts = [(line, d) for d in doubts]
        twin = self._twin(draft, detached)
        if twin is None:
            self.drafts.append(draft)
        else:
            _merge(twin, draft)

    def _twin(self, draft: FigureDraft, detached: bool) -> FigureDraft | None:
        """The figure that a draft repeats or completes."""
        same = [f for f in self.drafts if f.name == draft.name and f.unit == draft.unit]
        close = [f for f in same if f.initiative == draft.initiative]
        if detached:
            near = [f for f in same if draft.line - f.line <= 2]
            close = [f for f in near if f.initiative == draft.initiative or _agrees(f, draft)] or close
        if not close:
            return None
        values = draft.values()

        def agreement(figure: FigureDraft) -> int:
            return sum(1 for key, value in figure.values().items() if values.get(key) == value)

        return max(close, key=agreement)

    def finish(self) -> list[dict[str, Any]]:
        """The figures in the document's form; the doubts go to the account."""
        result = []
        for order, draft in enumerate(self.drafts, start=1):
            points = [_point(p) for _, p in draft.placed]
            points.sort(key=lambda p: (p["role"] != "reference", p["fiscal_year"]))
            path = f"{self.code}/figures/{order}"
            for number, (line, doubt) in enumerate(draft.doubts, start=1):
                self._report(line, doubt, f"{path}/{doubt.role}/{number}")
            mentions = [p.mention for _, p in draft.placed if p.role == "target"]
            mentions += [d.mention for _, d in draft.doubts if d.role == "target"]
            quantities = [p.mention.quantity for _, p in draft.placed] + [
                d.mention.quantity for _, d in draft.doubts
            ]
            comparators = Counter(m.quantity.comparator for m in mentions if m.quantity)
            for line, place in draft.placed:
                self.account.place(line, f"{path}/{place.fiscal_year}")
            result.append(
                {
                    "order": order,
                    "name": draft.name,
                    "unit": draft.unit,
                    "comparator": comparators.most_common(1)[0][0] if comparators else "none",
                    "decimals": max((q.decimals for q in quantities if q), default=0),
                    "initiative": draft.initiative,
                    "points": points,
                }
            )
        return result

    def _report(self, line: int, doubt: Doubt, path: str) -> None:
        quantity = doubt.mention.quantity
        value = json_number(quantity.value) if quantity else None
        candidates: list[dict[str, Any]] = [
            {"role": _role(year, doubt), "fiscal_year": year, "value": value} for year in doubt.years
        ]
        self.account.doubt(line, doubt.mention.printed, path, candidates, doubt.reason)


def _agrees(figure: FigureDraft, draft: FigureDraft) -> bool:
    """Whether nothing that a draft says differs from a figure: then the draft only repeats it."""
    values = figure.values()
    return all(values.get(key, value) == value for key, value in draft.values().items())


def _role(year: int, doubt: Doubt) -> str:
    return doubt.role if year else "reference"


def _same_unit(placed: list[Placed], doubts: list[Doubt], unit: str) -> tuple[list[Placed], list[Doubt]]:
    """Put values with another unit, or targets with another comparator, in doubt."""
    targets = [p for p in placed if p.role == "target" and p.mention.quantity]
    comparators = Counter(p.mention.quantity.comparator for p in targets if p.mention.quantity)
    usual = comparators.most_common(1)[0][0] if comparators else ""
    kept, doubts = [], list(doubts)
    for place in placed:
        quantity = place.mention.quantity
        reason = ""
        if quantity and quantity.unit != unit:
            reason = f"the unit is not that of the figure ({unit})"
        elif quantity and place.role == "target" and quantity.comparator != usual:
            reason = "the comparator is not that of the other years"
        elif quantity and unit == "%" and not 0 <= quantity.value <= 100:
            reason = "a share beyond 100 %"
        elif not place.mention.label:
            reason = "the figure has no name"
        if reason:
            doubts.append(Doubt(place.mention, place.role, [place.fiscal_year], reason))
        else:
            kept.append(place)
    return kept, doubts


def _merge(figure: FigureDraft, other: FigureDraft) -> None:
    """Merge a repeated or completing row; what the two print differently is put in doubt."""
    mine = {(p.role, p.fiscal_year): (line, p) for line, p in figure.placed}
    disputed = {(d.role, y) for _, d in figure.doubts for y in d.years if len(d.years) == 1}
    for line, place in other.placed:
        key = (place.role, place.fiscal_year)
        if key in mine:
            line_before, before = mine[key]
            if _value(before.mention) != _value(place.mention):
                figure.placed.remove((line_before, before))
                del mine[key]
                disputed.add(key)
                for at, one in ((line_before, before), (line, place)):
                    reason = "the same figure is printed twice with different values"
                    figure.doubts.append((at, Doubt(one.mention, one.role, [one.fiscal_year], reason)))
        elif key in disputed:
            reason = "the same figure is printed twice with different values"
            figure.doubts.append((line, Doubt(place.mention, place.role, [place.fiscal_year], reason)))
        else:
            figure.placed.append((line, place))
            mine[key] = (line, place)
    for line, doubt in other.doubts:
        if not any(_value(doubt.mention) == _value(p.mention) for _, p in figure.placed):
            figure.doubts.append((line, doubt))


def _value(mention: Mention) -> Any:
    return mention.quantity.value if mention.quantity else None


def _point(place: Placed) -> dict[str, Any]:
    mention = place.mention
    assert mention.quantity is not None
    note = mention.note
    return {
        "role": place.role,
        "fiscal_year": place.fiscal_year,
        "as_of": mention.year.as_of if mention.year else None,
        "value": json_number(mention.quantity.value),
        "printed": re.sub(r"\s+", " ", mention.printed),
        "note": note,
    }
