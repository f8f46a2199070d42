"""What an import takes and gives: hints, lines, uncertain places and the result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from jichi.plan.importing.layout import DEFAULT_LAYOUT, Layout

__all__ = ["Document", "ImportHints", "ImportResult", "Line", "Uncertain"]

Document = dict[str, Any]


@dataclass(frozen=True)
class ImportHints:
    """What the caller knows about the document.

    `repairs` are misread words and their right form, applied to each line before it is read.
    `first_year` and `last_year` bound the plan's own years when the document does not say them.
    `complete` is false for a document that is known to hold only a part of what it lists.
    """

    plan_key: str = ""
    plan_name: str = ""
    language: str = "ja"
    publisher: str = ""
    source_title: str = ""
    source_url: str = ""
    first_year: int | None = None
    last_year: int | None = None
    repairs: tuple[tuple[str, str], ...] = ()
    layout: Layout = DEFAULT_LAYOUT
    complete: bool = True


@dataclass(frozen=True)
class Line:
    """One line of the source, its state (placed, uncertain, unplaced, furniture) and the reason."""

    number: int
    text: str
    state: str
    path: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Uncertain:
    """Something read but not placed for sure: the printed text, where it may belong, and why."""

    line: int
    text: str
    path: str
    candidates: tuple[dict[str, Any], ...]
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "line": self.line,
            "text": self.text,
            "path": self.path,
            "candidates": [dict(c) for c in self.candidates],
            "reason": self.reason,
        }


@dataclass(frozen=True)
class ImportResult:
    """The document read, and an account of every line of the source.

    `lines` holds the non-blank lines (blank ones say nothing and are not counted), each in exactly one
    state. An uncertain number stands in `uncertain` only, never in `document`. A workbook or a JSON
    document has no lines: it is read whole or refused.
    """

    document: Document
    lines: tuple[Line, ...] = ()
    uncertain: tuple[Uncertain, ...] = ()
    format: str = "text"
    encoding: str = "utf-8"
    warnings: tuple[str, ...] = field(default=())

    @property
    def unplaced(self) -> tuple[Line, ...]:
        """The lines that belong to nothing known."""
        return tuple(line for line in self.lines if line.state == "unplaced")

    @property
    def counts(self) -> dict[str, int]:
        """How much was found: nodes per level, indicators, series, yearly figures and lines per state."""
        nodes = self.document["nodes"]
        counts = {f"nodes_{level}": 0 for level in dict.fromkeys(n["level"] for n in nodes)}
        for node in nodes:
            counts[f"nodes_{node['level']}"] += 1
        for indicator in self.document["indicators"]:
            counts[f"indicators_{indicator['kind']}"] = counts.get(f"indicators_{indicator['kind']}", 0) + 1
            counts["series"] = counts.get("series", 0) + len(indicator["series"])
        figures = [f for p in self.document["projects"] for f in p["figures"]]
        counts["figures"] = len(figures)
        counts["figures_with_targets"] = sum(1 for f in figures if _points(f, "target"))
        counts["yearly_targets"] = sum(len(_points(f, "target")) for f in figures)
        activities = [a for p in self.document["projects"] for i in p["initiatives"] for a in i["activities"]]
        counts["activities"] = len(activities)
        counts["activities_uncertain"] = sum(1 for a in activities if not a["certain"])
        counts["uncertain"] = len(self.uncertain)
        counts["lines"] = len(self.lines)
        for state in ("placed", "furniture", "uncertain", "unplaced"):
            counts[f"lines_{state}"] = sum(1 for line in self.lines if line.state == state)
        return counts

    def to_dry_run(self) -> dict[str, Any]:
        """The dry-run document: nodes, indicators (one entry per series), yearly targets and the rest."""
        return {
            "nodes": [
                {k: node[k] for k in ("code", "level", "name", "parent")} for node in self.document["nodes"]
            ],
            "indicators": [
                _series_entry(indicator, series)
                for indicator in self.document["indicators"]
                for series in indicator["series"]
            ],
            "yearly_targets": self._yearly_targets(),
            "uncertain": [u.as_dict() for u in self.uncertain],
            "unplaced": [{"line": line.number, "text": line.text} for line in self.unplaced],
            "lines": {
                "total": len(self.lines),
                "placed": sum(1 for line in self.lines if line.state == "placed"),
                "furniture": sum(1 for line in self.lines if line.state == "furniture"),
            },
        }

    def _yearly_targets(self) -> list[dict[str, Any]]:
        """Figures with a yearly target, or with one that is uncertain; counts alone are left out."""
        open_paths = {u.path.rsplit("/", 2)[0] for u in self.uncertain if "/target" in u.path}
        entries = []
        for project in self.document["projects"]:
            for figure in project["figures"]:
                targets = _points(figure, "target")
                waiting = f"{project['code']}/figures/{figure['order']}" in open_paths
                if not targets and not (waiting and figure["points"]):
                    continue
                entries.append(
                    {
                        "project": project["code"],
                        "name": figure["name"],
                        "unit": figure["unit"],
                        "comparator": figure["comparator"],
                        "reference": [
                            {"fiscal_year": p["fiscal_year"], "value": p["value"]}
                            for p in _points(figure, "reference")
                        ],
                        "targets": {str(p["fiscal_year"]): p["value"] for p in targets},
                    }
                )
        return entries

    def summary(self) -> str:
        """One paragraph for people: what was found and what was done with the lines."""
        c = self.counts
        parts = [f"{c[k]} {k.removeprefix('nodes_')}" for k in c if k.startswith("nodes_")]
        parts.append(f"{len(self.document['indicators'])} indicators in {c.get('series', 0)} series")
        parts.append(f"{c['yearly_targets']} yearly targets of {c['figures_with_targets']} figures")
        text = ", ".join(parts) + "."
        if self.lines:
            share = 100 * (c["lines_placed"] + c["lines_furniture"]) / len(self.lines)
            text += (
                f" Lines: {len(self.lines)}, placed {c['lines_placed']}, furniture {c['lines_furniture']},"
                f" uncertain {c['lines_uncertain']}, unplaced {c['lines_unplaced']}"
                f" ({share:.1f} % placed or furniture); {c['uncertain']} uncertain places."
            )
        return text


def _points(figure: dict[str, Any], role: str) -> list[dict[str, Any]]:
    return [p for p in figure["points"] if p["role"] == role and p["value"] is not None]


def _series_entry(indicator: dict[str, Any], series: dict[str, Any]) -> dict[str, Any]:
    return {
        "node": indicator["node"],
        "name": indicator["name"],
        "series": series["name"],
        "kind": indicator["kind"],
        "unit": indicator["unit"],
        "comparator": indicator["comparator"],
        "source": indicator["source"],
        "points": [
            {k: p[k] for k in ("role", "fiscal_year", "value")}
            for p in series["points"]
            if p["value"] is not None
        ],
    }
