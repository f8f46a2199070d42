"""Where a figure truly comes from, in few words: its source, its office, its days, and what it counts."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.queries import fiscal_year_start_month
from jichi.figures.models import Binding, Definition, Observation
from jichi.figures.queries import (
    READ_UNPUBLISHED,
    Placed,
    SubjectKey,
    due_date,
    expected_years,
    sees_lateness,
)
from jichi.figures.queries.catalogue import metric_of
from jichi.figures.queries.lateness import late_among, years_known
from jichi.ui.content import chosen, translated
from jichi.ui.numbers import fiscal_year, fiscal_years, format_date, format_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A figure of a plan, its binding in force, what it counts, and the values a viewer may read, by year."""

    placed: Placed
    binding: Binding | None
    definitions: Sequence[Definition]
    rows: Sequence[Observation]

    @property
    def missing(self) -> list[int]:
        """The expected years that have neither a value nor a reason."""
        known = {row.fiscal_year for row in self.rows}
        years = expected_years(self.placed, self.binding, fiscal_year_start_month())
        return [year for year in years if year not in known]


Fact = dict[str, Any]


def late_years(viewer: Viewer, origins: Sequence[Origin]) -> dict[SubjectKey, list[int]]:
    """The late years of figures, as far as the viewer is told. Asks nothing where no due date has passed."""
    day = timezone.localdate()
    placed = [one.placed for one in origins]
    bindings = {one.placed.key: one.binding for one in origins if one.binding is not None}
    known = {(one.placed.key, row.fiscal_year) for one in origins for row in one.rows}
    found = late_among(placed, bindings, known, day)
    if not found or not sees_lateness(viewer):
        return {}
    if viewer.can(READ_UNPUBLISHED):
        # A value of another office that waits for its publication is there, though she may not read it.
        known = years_known(viewer, [one.subject for one in placed], published_only=False)
        found = late_among(placed, bindings, known, day)
    late: dict[SubjectKey, list[int]] = {}
    for row in found:
        late.setdefault(row.placed.key, []).append(row.year)
    return late


def origin_facts(origin: Origin, late: Iterable[int] = ()) -> list[Fact]:
    """Everything a reader should know of where a figure comes from, as terms and values."""
    binding, listed = origin.binding, list(late)
    facts: list[Fact] = []
    if binding is not None:
        facts += _binding_facts(binding)
    facts.append({"term": _("Office that answers for it"), **office_words(origin)})
    facts.append({"term": _("Next value expected"), "value": next_words(origin)})
    if listed:
        facts.append({"term": _("Late"), "value": late_words(binding, listed)})
    if text := coverage_words(origin.rows):
        facts.append({"term": _("How much of the whole the newest value saw"), "value": text})
    if came_otherwise(origin):
        text = _("It was entered with its document and did not come through this source.")
        facts.append({"term": _("Newest value"), "value": text})
    if binding is not None:
        decided = {"value": _decision(binding), "note": str(chosen(binding.texts.get("decision")))}
        facts.append({"term": _("Decided so"), **decided})
    return [fact for fact in facts if fact["value"]]


def binding_words(binding: Binding | None) -> dict[str, Any]:
    """How a figure truly comes in, in the page's language; empty where nobody decided it yet."""
    if binding is None:
        return {}
    texts = binding.texts
    return {
        "source_kind": binding.get_source_kind_display(),
        "collected_by": chosen(texts.get("collected_by")).html,
        "how": chosen(texts.get("how")).html,
        "traps": chosen(texts.get("traps")).html,
        "confirmed": binding.confirmed,
    }


def _binding_facts(binding: Binding) -> list[Fact]:
    words, is_metric = binding_words(binding), binding.via == Binding.Via.METRIC
    return [
        {
            "term": _("Kind of source"),
            "value": words["source_kind"],
            "note": "" if words["confirmed"] else _("(not yet confirmed by the city)"),
        },
        {
            "term": _("How values arrive here"),
            "value": binding.get_via_display(),
            "url": reverse("figures-metric", args=[metric_of(binding)]) if is_metric else "",
        },
        {"term": _("Collected by"), "value": words["collected_by"]},
        {"term": _("How it is loaded"), "value": words["how"]},
        {"term": _("What to beware of"), "value": words["traps"]},
    ]


def source_words(binding: Binding | None) -> tuple[str, str]:
    """The kind of a figure's source, and beside it who collects it and whether the city confirmed it."""
    if binding is None:
        return _("not decided yet"), ""
    parts = [str(chosen(binding.texts.get("collected_by")))]
    if not binding.confirmed:
        parts.append(_("(not yet confirmed by the city)"))
    return str(binding.get_source_kind_display()), " ".join(filter(None, parts))


def office_words(origin: Origin) -> Mapping[str, Any]:
    """The office that answers for a figure, or that nobody said so, with why."""
    department = origin.placed.department(origin.binding)
    if department is not None:
        return {"value": translated(department, "name").html}
    note = chosen(origin.binding.texts.get("owner")) if origin.binding is not None else ""
    return {"value": _("not confirmed yet"), "note": str(note)}


def next_words(origin: Origin, day: datetime.date | None = None) -> str:
    """The year whose value comes next, with its due date where there is one."""
    today, missing = day or timezone.localdate(), origin.missing
    if not missing:
        return _("none: every year for which the plan expects one has it")
    dated = [(found, year) for year in missing if (found := due_date(origin.binding, year)) is not None]
    coming = min(((found, year) for found, year in dated if found >= today), default=None)
    if coming is not None:
        words = {"year": fiscal_year(coming[1]), "day": format_date(coming[0], weekday=False)}
        return _("%(year)s, by %(day)s") % words
    if dated:
        return years_words(missing)
    return _("%(years)s; no date is set") % {"years": years_words(missing)}


def years_words(years: Sequence[int]) -> str:
    """Fiscal years as a span where they follow each other, otherwise one by one."""
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return fiscal_years(years[0], years[-1])
    return _(", ").join(fiscal_year(year, style="short") for year in years)


def late_words(binding: Binding | None, years: Iterable[int]) -> str:
    """Each late year with the day by which its value was to be there."""
    found = []
    for year in years:
        due = due_date(binding, year)
        words = {"year": fiscal_year(year), "day": format_date(due, weekday=False) if due else ""}
        found.append(_("%(year)s (was due %(day)s)") % words)
    return _(", ").join(found)


def coverage_words(rows: Sequence[Observation]) -> str:
    """Which part of the whole the newest value saw; empty where it does not say."""
    newest = rows[-1] if rows else None
    if newest is None or newest.coverage_seen is None or newest.coverage_whole is None:
        return ""
    words = {"seen": format_number(newest.coverage_seen), "whole": format_number(newest.coverage_whole)}
    if newest.coverage_seen < newest.coverage_whole:
        return _("%(seen)s of %(whole)s: a part, which does not stand for the whole") % words
    return _("all %(whole)s") % words


def came_otherwise(origin: Origin) -> bool:
    """Whether the newest value came by hand, though the figure is bound to another way."""
    binding = origin.binding
    if binding is None or not origin.rows or binding.via == Binding.Via.ENTRY:
        return False
    return origin.rows[-1].binding_id is None


def _decision(binding: Binding) -> str:
    return _("in force from %(since)s, decided on %(day)s") % {
        "since": format_date(binding.valid_from, weekday=False),
        "day": format_date(binding.decided_on, weekday=False),
    }


# ---- what it counts ------------------------------------------------------------------------------------
def counted(definitions: Sequence[Definition]) -> list[dict[str, Any]]:
    """Each definition of a figure in words, the oldest first, with since when and why it differs."""
    return [
        {
            "since": fiscal_year(row.first_year) if row.first_year and len(definitions) > 1 else "",
            "reason": translated(row, "break_reason").html,
            "facts": _definition_facts(row),
        }
        for row in definitions
    ]


def _definition_facts(row: Definition) -> list[Fact]:
    how = " · ".join(
        str(word)
        for name, word in (
            (row.quantity, row.get_quantity_display()),
            (row.counting, row.get_counting_display()),
        )
        if name
    )
    unconfirmed = "" if row.confirmed else _("(not yet confirmed by the city)")
    facts: list[Fact] = [
        {"term": _("What it counts"), "value": translated(row, "counts").html, "note": unconfirmed},
        {"term": _("What it does not count"), "value": translated(row, "counts_not").html},
        {"term": _("The question as asked"), "value": translated(row, "wording").html},
        {"term": _("How it is counted"), "value": how},
    ]
    return [fact for fact in facts if fact["value"]]


def grouped(listed: Iterable[tuple[Any, Any]]) -> list[tuple[list[Any], Any]]:
    """What several figures have alike, said once: the names that share it, and what it is."""
    found: list[tuple[list[Any], Any]] = []
    for name, said in listed:
        same = next((names for names, other in found if other == said), None)
        if same is None:
            found.append(([name], said))
        else:
            same.append(name)
    return found


def joined(names: Sequence[Any]) -> SafeString:
    """Names as a heading; empty where there is only one nameless figure."""
    return format_html_join(_(", "), "{}", ((name,) for name in names if name))
