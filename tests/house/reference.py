"""docs/reference.md, made from the manifests: every setting, command, act, route, dataset and invariant.

PYTHONPATH=src .venv/bin/python -m tests.house.reference     writes it anew
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator

from .rules import ROOT

PATH = ROOT / "docs" / "reference.md"

HEAD = """\
# Reference

Made from the rooms' manifests by `tests/house/reference.py`; do not edit. A test fails when it is stale.
"""


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    listed = sorted(rows)
    if not listed:
        return
    yield "| " + " | ".join(titles) + " |"
    yield "|" + "---|" * len(titles)
    for row in listed:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"


def sections() -> Iterator[tuple[str, list[str]]]:
    """(title, lines) of each part."""
    from jichi.config.rooms import ROOMS

    yield (
        "Settings",
        list(
            _table(
                ("variable", "type", "default", "meaning"),
                (
                    (f"`{s.name}`", s.type, f"`{s.default}`" if s.default else "", s.help)
                    for r in ROOMS
                    for s in r.settings
                ),
            )
        ),
    )
    yield (
        "Commands",
        list(
            _table(
                ("command", "what it does"),
                ((f"`jichi {c.name}`", c.help) for r in ROOMS for c in r.commands),
            )
        ),
    )
    yield (
        "Acts",
        list(
            _table(
                ("act", "sentence in the audit trail", "roles"),
                (
                    (
                        f"`{a.key}`",
                        a.sentence,
                        ", ".join(f"{role.value} ({reach.value})" for role, reach in a.roles.items()),
                    )
                    for r in ROOMS
                    for a in r.actions
                ),
            )
        ),
    )
    yield (
        "Routes",
        list(
            _table(
                ("route", "zone", "needs"),
                (
                    (f"`{t.name}`", t.zone.value, f"`{t.action}`" if t.action else "")
                    for r in ROOMS
                    for t in r.routes
                ),
            )
        ),
    )
    yield (
        "Public datasets",
        list(
            _table(
                ("dataset", "title", "columns"),
                (
                    (f"`{e.key}`", e.title, ", ".join(c.key for c in e.columns))
                    for r in ROOMS
                    for e in r.exports
                ),
            )
        ),
    )
    yield (
        "Metrics",
        list(
            _table(
                ("metric", "title", "unit", "definition"),
                ((f"`{m.key}`", m.title, m.unit, m.definition) for r in ROOMS for m in r.metrics),
            )
        ),
    )
    yield (
        "Readers of the audit trail",
        list(_table(("reader", "kind"), ((f"`{t.key}`", t.kind) for r in ROOMS for t in r.readers))),
    )
    yield (
        "Rounds of the worker",
        list(
            _table(
                ("round", "what it does", "where"),
                (
                    (f"`{one.key}`", one.title, "a process of its own" if one.due else "the worker")
                    for r in ROOMS
                    for one in r.rounds
                ),
            )
        ),
    )
    yield (
        "Checks",
        list(
            _table(
                ("check", "what it verifies"),
                ((f"`{r.key}.{c.key}`", c.title) for r in ROOMS for c in r.checks),
            )
        ),
    )
    yield (
        "Invariants kept by triggers",
        list(
            _table(
                ("trigger", "table", "meaning"),
                ((f"`{t.name}`", f"`{t.table}`", t.meaning) for r in ROOMS for t in r.triggers),
            )
        ),
    )


def render() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, lines in sections():
        parts.append(f"## {title}\n")
        parts.append("\n".join(lines) + "\n" if lines else "None yet.\n")
    return "\n".join(parts)


if __name__ == "__main__":
    os.environ.setdefault("JICHI_HOME", tempfile.mkdtemp(prefix="jichi-reference-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    PATH.write_text(render(), encoding="utf-8")
