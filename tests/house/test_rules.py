"""The rooms as they are, and for each rule a planted violation that it must see."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path

import pytest

from . import rules

Rule = Callable[[str, str], list[str]]

PYTHON_RULES: list[Rule] = [
    rules.managers,
    rules.utility_modules,
    rules.long_files,
    rules.signals,
    rules.deferred_imports,
    rules.formatted_messages,
    rules.labels_in_migrations,
]


@pytest.mark.parametrize("rule", PYTHON_RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps_the_rule(rule: Rule):
    assert listed(line for path, text in rules.python_files() for line in rule(path, text)) == ""


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (rules.managers, "plan/views.py", "rows = Node.objects.all()\n"),
        (rules.managers, "site/api/endpoints.py", "Plan._default_manager.get(pk=1)\n"),
        (rules.utility_modules, "plan/utils.py", ""),
        (rules.long_files, "plan/views.py", "pass\n" * 401),
        (rules.signals, "plan/apps.py", "from django.db.models.signals import post_save\n"),
        (rules.signals, "plan/apps.py", "from django.dispatch import receiver\n"),
        (rules.deferred_imports, "plan/views.py", "def f():\n    import json\n"),
        (rules.deferred_imports, "plan/views.py", "def f():\n    import json  # deferred: because\n"),
        (rules.formatted_messages, "plan/forms.py", "_(f'{name} is missing')\n"),
        (rules.formatted_messages, "plan/forms.py", "gettext('%s is missing' % name)\n"),
        (rules.formatted_messages, "plan/forms.py", "gettext_lazy('{} is missing'.format(name))\n"),
        (rules.labels_in_migrations, "plan/migrations/0002.py", "CharField(choices=[('a', 'b')])\n"),
    ],
)
def test_the_rule_sees_a_planted_violation(rule: Rule, path: str, text: str):
    assert rule(path, text)


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (rules.managers, "plan/queries/pages.py", "rows = Node.objects.all()\n"),
        (rules.managers, "figures/queries_export.py", "rows = Node.objects.all()\n"),
        (rules.deferred_imports, "plan/views.py", "def f():\n    import json  # deferred: start-up\n"),
        (rules.formatted_messages, "plan/forms.py", "_('%(name)s is missing') % {'name': name}\n"),
    ],
)
def test_the_rule_lets_good_code_pass(rule: Rule, path: str, text: str):
    assert rule(path, text) == []


def test_templates_hold_no_inline_code():
    assert (
        listed(line for path, text in rules.template_files() for line in rules.inline_code(path, text)) == ""
    )


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        '<button onclick="go()">',
        "<script>go()</script>",
        '<script src="//cdn.example/app.js"></script>',
        '<link rel="stylesheet" href="https://cdn.example/app.css">',
    ],
)
def test_inline_code_is_seen(text: str):
    assert rules.inline_code("plan/templates/plan/x.html", text)


@pytest.mark.parametrize(
    "text",
    [
        "<script src=\"{% static 'ui/app.js' %}\" defer></script>",
        '<script type="application/ld+json">{}</script>',
        '<a href="https://example.org/source">source</a>',
        '{# <p style="x"> #}',
        '<circle class="point" cx="1">',
    ],
)
def test_what_the_policy_allows_passes(text: str):
    assert rules.inline_code("plan/templates/plan/x.html", text) == []


def test_template_references_go_down():
    libraries, templates = rules.tag_libraries(), rules.template_rooms()
    assert [
        line
        for path, text in rules.template_files()
        for line in rules.template_references(path, text, libraries=libraries, templates=templates)
    ] == []


@pytest.mark.parametrize(
    "text",
    [
        '{% extends "site/home.html" %}',
        "{% load pages %}",
        "{% load x from pages %}",
        "{% include 'site/home.html' %}",
    ],
)
def test_a_template_reference_upwards_is_seen(text: str):
    libraries, templates = {"pages": "site"}, {"site/home.html": "site"}
    found = rules.template_references(
        "plan/templates/plan/x.html", text, libraries=libraries, templates=templates
    )
    assert found
    assert not rules.template_references(
        "site/templates/site/x.html", text, libraries=libraries, templates=templates
    )


SKIPPED = {"var", "node_modules", "wheels", "dist", "__pycache__"}


def repository_texts() -> Iterator[tuple[str, str]]:
    """Every text file that is, or could be, committed."""
    for folder, names, files in os.walk(rules.ROOT):
        names[:] = [
            name for name in names if name not in SKIPPED and (not name.startswith(".") or name == ".ci")
        ]
        for file in files:
            path = Path(folder, file)
            try:
                yield path.relative_to(rules.ROOT).as_posix(), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def listed(violations: Iterable[str]) -> str:
    """Violations one a line, so that a failure shows them all."""
    return "\n".join(violations)


def test_no_path_of_a_workplace_is_in_the_tree():
    assert (
        listed(line for path, text in repository_texts() for line in rules.workplace_paths(path, text)) == ""
    )


def test_a_workplace_path_is_seen():
    assert rules.workplace_paths("docs/x.md", "see " + "/wo" + "rk/main/src")


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_names_no_host_and_hashes_everything(lock: str):
    assert rules.hosts_in_locks(lock, (rules.ROOT / lock).read_text(encoding="utf-8")) == []


def test_the_development_lock_holds_the_other_whole():
    def pins(name: str) -> set[str]:
        text = (rules.ROOT / name).read_text(encoding="utf-8")
        return {line.split("\\")[0].strip() for line in text.splitlines() if "==" in line}

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_a_host_in_a_lock_is_seen():
    assert rules.hosts_in_locks("x.lock", "--index-url https://packages.example/simple\n")
    assert rules.hosts_in_locks("x.lock", "django==5.2.19\nclick==8.2 \\\n    --hash=sha256:00\n")


def test_the_package_lock_names_no_host():
    path = rules.ROOT / "package-lock.json"
    if not path.exists():
        pytest.skip("there is no package-lock.json")
    assert '"resolved"' not in path.read_text(encoding="utf-8")


def test_nothing_installed_is_gpl():
    found = []
    for distribution in metadata.distributions():
        head = distribution.metadata
        classifiers = [line for line in head.get_all("Classifier", []) if line.startswith("License")]
        # The License field of some packages is the whole text, which may mention other licences.
        short = (head.get("License") or "").splitlines()[:1]
        licence = " ".join([head.get("License-Expression") or "", *classifiers, *short])
        found += rules.refused_licence(head["Name"], licence)
    assert found == []


@pytest.mark.parametrize(
    "licence", ["GPL-3.0-only", "GNU Affero General Public License v3", "AGPL", "GPLv2+"]
)
def test_a_refused_licence_is_seen(licence: str):
    assert rules.refused_licence("x", licence)


@pytest.mark.parametrize(
    "licence", ["LGPL-3.0-only", "GNU Lesser General Public License v3", "MIT", "MPL-2.0"]
)
def test_an_allowed_licence_passes(licence: str):
    assert rules.refused_licence("x", licence) == []
