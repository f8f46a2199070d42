"""An import run as the reviewer sees it: uncertain places with their candidates, parts beside their
source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jichi.plan.enums import Comparator, FigureRole, PointRole
from jichi.plan.models import ImportRun
from jichi.plan.services.resolutions import points_at
from jichi.ui import numbers

from .forms.imports import DecisionForm

ROLES: Mapping[str, Any] = {**dict(PointRole.choices), **dict(FigureRole.choices)}
COMPARATORS: Mapping[str, Any] = dict(Comparator.choices)


def value_words(value: Mapping[str, Any]) -> str:
    """A candidate in words: what it is, its year, its number."""
    role = str(ROLES.get(value.get("role", ""), value.get("role", "")))
    year = numbers.fiscal_year(value.get("fiscal_year"), style="short")
    return f"{role} · {year} · {numbers.format_number(value.get('value'))}"


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    names = ("role", "fiscal_year", "value")
    return tuple(one.get(name) for name in names) == tuple(other.get(name) for name in names)


@dataclass(slots=True, kw_only=True)
class Place:
    """One uncertain place with its options and, when decided, its decision."""

    index: int
    line: int
    text: str
    path: str
    reason: str
    thing: str
    candidates: list[Mapping[str, Any]]
    present: list[Mapping[str, Any]]
    options: list[tuple[str, str]]
    decision: Mapping[str, Any] | None
    lines: list[Any]
    form: DecisionForm | None = None

    @property
    def decided(self) -> str:
        """The decision in words; empty while there is none."""
        if self.decision is None:
            return ""
        values = self.decision.get("values")
        return ", ".join(value_words(value) for value in values) if values else _("left out")


def places_of(
    run: ImportRun, stored: Mapping[str, Any] | None, around: Mapping[int, list[Any]]
) -> list[Place]:
    """Every uncertain place of a run; ``stored`` is the present plan's document, if there is one."""
    found = []
    for index, item in enumerate(run.uncertain):
        present: list[Mapping[str, Any]] = [
            dict(point) for point in _present(stored, item["path"]) if point.get("value") is not None
        ]
        candidates = list(item["candidates"])
        found.append(
            Place(
                index=index,
                line=item["line"],
                text=item["text"],
                path=item["path"],
                reason=item["reason"],
                thing=thing_at(run.document, item["path"]),
                candidates=candidates,
                present=present,
                options=_options(run.document, item["path"], candidates, present),
                decision=run.resolutions.get(str(index)),
                lines=around.get(item["line"], []),
            )
        )
    return found


def _present(stored: Mapping[str, Any] | None, path: str) -> Iterable[Mapping[str, Any]]:
    return (points_at(dict(stored), path) or []) if stored is not None else []


def _options(
    document: Mapping[str, Any],
    path: str,
    candidates: list[Mapping[str, Any]],
    present: list[Mapping[str, Any]],
) -> list[tuple[str, str]]:
    """The radio buttons: each candidate (with a mark where the present plan says the same), another, left
    out.
    """
    options = []
    if points_at(dict(document), path) is not None:
        for number, candidate in enumerate(candidates):
            words = value_words(candidate)
            if any(_same(candidate, one) for one in present):
                words = _("%(value)s (as in the present plan)") % {"value": words}
            options.append((f"{DecisionForm.CANDIDATE}{number}", words))
        options.append((DecisionForm.OTHER, _("Another value")))
    options.append((DecisionForm.OUT, _("Leave it out")))
    return options


def thing_at(document: Mapping[str, Any], path: str) -> str:
    """The name of the number or indicator an uncertain place belongs to."""
    parts = path.split("/")
    if len(parts) >= 3 and parts[1] == "figures":
        for project in document["projects"]:
            if project["code"] == parts[0]:
                for figure in project["figures"]:
                    if str(figure["order"]) == parts[2]:
                        return f"{parts[0]} {figure['name']} ({figure['unit']})"
    if len(parts) >= 3 and parts[1] == "indicators":
        for item in document["indicators"]:
            if item["key"] == parts[2]:
                return f"{parts[0]} {item['name']}"
    names = {node["code"]: node["name"] for node in document["nodes"]}
    return f"{parts[0]} {names.get(parts[0], '')}".strip()


def values_of(place: Place, form: DecisionForm) -> list[dict[str, Any]] | None:
    """What the reviewer chose, for the service; None: left out."""
    choice = form.cleaned_data["choice"]
    if choice == DecisionForm.OUT:
        return None
    if choice == DecisionForm.OTHER:
        number = form.cleaned_data["value"]
        whole = number == number.to_integral_value()
        return [
            {
                "role": form.cleaned_data["role"],
                "fiscal_year": form.cleaned_data["fiscal_year"],
                "value": int(number) if whole else float(number),
            }
        ]
    candidate = place.candidates[int(choice.removeprefix(DecisionForm.CANDIDATE))]
    return [{name: candidate[name] for name in ("role", "fiscal_year", "value")}]


# --- parts beside their source
# --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value that was read: its label, the value in words, and the pointer by which it is corrected."""

    label: str
    text: str
    pointer: str
    corrected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Cells that belong together: a heading, an indicator with its points, an initiative, a number."""

    title: str
    cells: tuple[Cell, ...]


class Parts:
    """What was read for one code of the tree, group by group."""

    def __init__(self, run: ImportRun) -> None:
        self.document: Mapping[str, Any] = run.document
        self.corrected = set(run.corrections)

    def _cell(self, label: Any, value: Any, pointer: str, words: str = "") -> Cell:
        text = words or ("" if value is None else str(value))
        return Cell(label=str(label), text=text, pointer=pointer, corrected=pointer in self.corrected)

    def groups(self, code: str) -> list[Group]:
        """Everything read under a code."""
        found: list[Group] = []
        for index, node in enumerate(self.document["nodes"]):
            if node["code"] == code:
                found.append(self._node(node, f"/nodes/{index}"))
        for index, item in enumerate(self.document["indicators"]):
            if item["node"] == code:
                found.append(self._indicator(item, f"/indicators/{index}"))
        for index, project in enumerate(self.document["projects"]):
            if project["code"] == code:
                found += self._project(project, f"/projects/{index}")
        return found

    def _node(self, node: Mapping[str, Any], at: str) -> Group:
        cells = [self._cell(_("Name"), node["name"], f"{at}/name")]
        for number, statement in enumerate(node.get("statements", [])):
            text = statement.get("text") or statement.get("source_text", "")
            field = "text" if statement.get("text") else "source_text"
            cells.append(self._cell(_("Statement"), text, f"{at}/statements/{number}/{field}"))
        return Group(title=f"{node['code']} {node['name']}", cells=tuple(cells))

    def _indicator(self, item: Mapping[str, Any], at: str) -> Group:
        cells = [
            self._cell(_("Name"), item["name"], f"{at}/name"),
            self._cell(_("Source"), item["source"], f"{at}/source"),
            self._cell(_("Unit"), item["unit"], f"{at}/unit"),
            self._cell(
                _("How the target is read"),
                item["comparator"],
                f"{at}/comparator",
                _comparator(item["comparator"]),
            ),
        ]
        for place, series in enumerate(item["series"]):
            for number, point in enumerate(series["points"]):
                label = " ".join(filter(None, [series["name"], _point_label(point)]))
                words = numbers.format_number(point["value"]) if point["value"] is not None else point["note"]
                cells.append(self._cell(label, words, f"{at}/series/{place}/points/{number}/value"))
        return Group(title=item["name"], cells=tuple(cells))

    def _project(self, project: Mapping[str, Any], at: str) -> list[Group]:
        found = []
        for place, figure in enumerate(project["figures"]):
            here = f"{at}/figures/{place}"
            cells = [
                self._cell(_("Name"), figure["name"], f"{here}/name"),
                self._cell(_("Unit"), figure["unit"], f"{here}/unit"),
                self._cell(
                    _("How the target is read"),
                    figure["comparator"],
                    f"{here}/comparator",
                    _comparator(figure["comparator"]),
                ),
            ]
            cells += [
                self._cell(
                    _point_label(point),
                    numbers.format_number(point["value"]),
                    f"{here}/points/{number}/value",
                )
                for number, point in enumerate(figure["points"])
            ]
            found.append(Group(title=f"{figure['name']} ({figure['unit']})", cells=tuple(cells)))
        for place, initiative in enumerate(project["initiatives"]):
            here = f"{at}/initiatives/{place}"
            cells = [self._cell(_("Initiative"), initiative["name"], f"{here}/name")]
            cells += [
                self._cell(_years(activity), activity["text"], f"{here}/activities/{number}/text")
                for number, activity in enumerate(initiative["activities"])
            ]
            found.append(
                Group(title=f"{initiative['marker']} {initiative['name']}".strip(), cells=tuple(cells))
            )
        return found


def _comparator(key: str) -> str:
    return str(COMPARATORS.get(key, key))


def _point_label(point: Mapping[str, Any]) -> str:
    year = numbers.fiscal_year(point["fiscal_year"], style="short")
    return f"{ROLES.get(point['role'], point['role'])} {year}"


def _years(activity: Mapping[str, Any]) -> str:
    if activity["first_year"] is None:
        return _("years not certain")
    return numbers.fiscal_years(activity["first_year"], activity["last_year"])
