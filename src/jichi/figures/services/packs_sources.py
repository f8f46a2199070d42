"""Where figures come from and what they count, as a pack says it: definitions and first decisions as data."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import AuditEntry, Department
from jichi.city.pack import Pack
from jichi.city.viewers import system_names
from jichi.figures.models import Binding, Definition
from jichi.figures.queries.bindings import SubjectKey, bindings_of, definitions_of, subject_key
from jichi.plan.models import Plan, ProjectFigure, Series
from jichi.ui.content import SOURCE_LANGUAGE

from .bindings import BINDING_FACTS, add_definition, amend_definition, decide_binding

Subject = Series | ProjectFigure
Facts = Mapping[str, Any]
TEXTS = ("collected_by", "how", "traps")


@dataclass(slots=True)
class SourcesReport:
    """What a load did: how many definitions and decisions are new, amended, or kept as the city decided."""

    defined: int = 0
    amended: int = 0
    decided: int = 0
    unchanged: int = 0
    kept: int = 0

    @property
    def touched(self) -> int:
        return self.defined + self.amended + self.decided


def load_sources(*, viewer: Viewer, pack: Pack, data: Facts) -> SourcesReport:
    """Write down a pack's definitions and bindings; loading again changes nothing.

    What differs from an earlier pack becomes the figure's next decision. What people of the city decided or
    confirmed since then stands: a pack does not undo it.

    Raises:
        Invalid: naming the figures nobody knows, unknown departments, or what is wrong with a decision.
    """
    report = SourcesReport()
    head, figures = _read(pack, data)
    departments = dict(Department.objects.values_list("key", "pk"))
    problems: dict[str, list[str]] = {}
    for key, subject in _placed(figures, problems):
        item = figures[key]
        owner = item.get("owner") or ""
        if owner and owner not in departments:
            problems[key] = [_("The city has no department “%(key)s”.") % {"key": owner}]
            continue
        try:
            _load(viewer, subject, head | dict(item), departments.get(owner), report)
        except Invalid as error:
            problems[key] = [text for texts in error.messages.values() for text in texts]
    if problems:
        raise Invalid(problems)
    return report


def _read(pack: Pack, data: Facts) -> tuple[dict[str, Any], Facts]:
    """What holds for the whole file, and the figures; version 1 knew neither dates nor definitions."""
    if data.get("format") == "jichi-sources/2":
        return {name: data[name] for name in ("valid_from", "decided_on", "decision")}, data["figures"]
    first = min(Plan.objects.values_list("first_year", flat=True), default=2000)
    day = f"{first}-04-01"
    return {"valid_from": day, "decided_on": day, "decision": {SOURCE_LANGUAGE: f"pack {pack.key}"}}, data


def _placed(figures: Facts, problems: dict[str, list[str]]) -> list[tuple[str, Subject]]:
    """Each figure the pack speaks of, with the most exact of the keys that name it."""
    known: dict[str, list[Subject]] = defaultdict(list)
    for row in Series.objects.select_related("indicator"):
        known[row.indicator.key].append(row)
        if row.key:
            known[f"{row.indicator.key}/{row.key}"].append(row)
    for figure in ProjectFigure.objects.select_related("project__plan"):
        place = f"{figure.project.code}/{figure.order}"
        known[place].append(figure)
        known[f"{figure.project.plan.key}/{place}"].append(figure)
    chosen: dict[SubjectKey, tuple[str, Subject]] = {}
    for key in sorted(figures, key=lambda one: one.count("/")):
        if not known[key]:
            problems[key] = [_("No plan has this figure.")]
        for subject in known[key]:
            chosen[subject_key(subject)] = (key, subject)
    return list(chosen.values())


def _load(
    viewer: Viewer, subject: Subject, item: Facts, department: int | None, report: SourcesReport
) -> None:
    given: dict[str, Any] = {"series": subject} if isinstance(subject, Series) else {"figure": subject}
    definitions = item.get("definitions", [])
    _define(viewer, subject, given, definitions, report)
    wanted = _binding(item, department, definitions)
    earlier = bindings_of(subject)
    newest = earlier[-1] if earlier else None
    if newest is not None and all(getattr(newest, name) == wanted[name] for name in BINDING_FACTS):
        report.unchanged += 1
        return
    if newest is not None and not _by_the_system([newest.decided_by]):
        report.kept += 1
        return
    valid_from = datetime.date.fromisoformat(item["valid_from"])
    decide_binding(
        viewer=viewer,
        **given,
        **wanted,
        valid_from=max(valid_from, newest.valid_from) if newest else valid_from,
        decided_on=datetime.date.fromisoformat(item["decided_on"]),
        decision=item["decision"][SOURCE_LANGUAGE],
    )
    report.decided += 1


def _binding(item: Facts, department: int | None, definitions: Iterable[Facts]) -> dict[str, Any]:
    due = item.get("due") or {}
    first = next((row["code"] for row in definitions), "1")
    texts = {name: _by_language(item[name]) for name in TEXTS if item.get(name)}
    if item.get("owner_note"):
        texts["owner"] = item["owner_note"]
    texts["decision"] = item["decision"]
    return {
        "source_kind": item["source_kind"],
        "via": item.get("via", Binding.Via.ENTRY),
        "source_key": item.get("source_key", ""),
        "definition": item.get("definition", first),
        "department_id": department,
        "due_month": due.get("month"),
        "due_day": due.get("day"),
        "due_years": due.get("years", 1),
        "every_years": item.get("every_years", 1),
        "first_year": item.get("first_year"),
        "texts": texts,
        "confirmed": item.get("confirmed", False),
    }


def _by_language(text: str | Mapping[str, str]) -> dict[str, str]:
    return {SOURCE_LANGUAGE: text} if isinstance(text, str) else dict(text)


def _define(
    viewer: Viewer, subject: Subject, given: Mapping[str, Any], items: Iterable[Facts], report: SourcesReport
) -> None:
    stored = {row.code: row for row in definitions_of(subject)}
    for item in items:
        wanted = _definition(item)
        row = stored.get(item["code"])
        # What a pack leaves out undoes nothing: a survey's report may have brought the wording.
        told = {name: value for name, value in wanted.items() if value not in ("", None, {})}
        if row is None:
            add_definition(viewer=viewer, **given, code=item["code"], **wanted)
            report.defined += 1
        elif all(getattr(row, name) == value for name, value in told.items()):
            continue
        elif _last_written_by_the_system(row):
            amend_definition(viewer=viewer, definition=row, version=row.version, **told)
            report.amended += 1
        else:
            report.kept += 1


def _definition(item: Facts) -> dict[str, Any]:
    names = ("counts", "counts_not", "wording", "break_reason")
    translations: dict[str, dict[str, str]] = {}
    for name in names:
        for language, text in item.get(name, {}).items():
            if language != SOURCE_LANGUAGE:
                translations.setdefault(language, {})[name] = text
    return {
        **{name: item.get(name, {}).get(SOURCE_LANGUAGE, "") for name in names},
        "quantity": item.get("quantity", ""),
        "counting": item.get("counting", ""),
        "first_year": item.get("first_year"),
        "confirmed": item.get("confirmed", False),
        "translations": translations,
    }


def _by_the_system(actors: list[Any]) -> bool:
    return len(system_names(actors)) == len(actors)


def _last_written_by_the_system(row: Definition) -> bool:
    entry = (
        AuditEntry.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk))
        .order_by("-pk")
        .first()
    )
    return entry is None or _by_the_system([entry.actor])
