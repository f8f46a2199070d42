"""What the rooms declare is in the docs, and what the docs point to exists."""

from __future__ import annotations

import re

import pytest

from jichi.city import registry
from jichi.config.environment import SETTINGS

from . import reference, rules

DOCS = sorted([*rules.ROOT.glob("*.md"), *(rules.ROOT / "docs").rglob("*.md")])


def test_the_reference_is_fresh():
    """Write it anew with: PYTHONPATH=src .venv/bin/python -m tests.house.reference"""
    assert reference.PATH.read_text(encoding="utf-8") == reference.render()


def test_the_reference_names_everything_declared():
    text = reference.PATH.read_text(encoding="utf-8")
    declared = {setting.name for setting in SETTINGS}
    for room in registry.rooms():
        declared |= {action.key for action in room.actions} | {metric.key for metric in room.metrics}
        declared |= {f"jichi {command.name}" for command in room.commands} | {
            export.key for export in room.exports
        }
        declared |= {trigger.name for trigger in room.triggers} | {route.name for route in room.routes}
    assert {name for name in declared if f"`{name}`" not in text} == set()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.relative_to(rules.ROOT).as_posix())
def test_links_between_documents_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text)
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_each_runtime_dependency_has_its_reason():
    import tomllib

    project = tomllib.loads((rules.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    wanted += project["project"]["optional-dependencies"]["postgres"]
    names = {re.match(r"[A-Za-z0-9-]+", line).group() for line in wanted}
    text = (rules.ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert {name for name in names if name not in text} == set()


def test_the_readme_opens_with_the_two_commands():
    lines = (rules.ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line.split("#")[0].strip() for line in lines[3:5]] == ["./jichi demo", "./jichi test"]
