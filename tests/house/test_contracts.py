"""The import contracts hold, and see a planted violation."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from . import rules

LINTER = Path(sys.executable).with_name("lint-imports")


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINTER), "--no-cache", "--config", str(root / "pyproject.toml")],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("city/planted.py", "import jichi.plan.models", "Rooms import only from rooms below them"),
        ("plan/planted.py", "from jichi.site import views", "Rooms import only from rooms below them"),
        ("ui/planted.py", "from jichi.city import registry", "Rooms import only from rooms below them"),
        ("manifest/__init__.py", "import django", "The manifest imports nothing of ours and no Django"),
        ("methods/planted.py", "import django", "Methods are pure"),
        ("plan/importing/planted.py", "import django", "Reading a plan's text needs no Django"),
    ],
)
def test_a_planted_violation_breaks_its_contract(tmp_path: Path, file: str, line: str, contract: str):
    shutil.copy2(rules.ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    shutil.copytree(
        rules.PACKAGE,
        tmp_path / "src" / "jichi",
        ignore=lambda folder, names: [n for n in names if n == "static"],
    )
    with (tmp_path / "src" / "jichi" / file).open("a", encoding="utf-8") as target:
        target.write(f"\n{line}\n")
    done = lint(tmp_path)
    assert done.returncode != 0
    assert any(contract in line and "BROKEN" in line for line in done.stdout.splitlines()), done.stdout
