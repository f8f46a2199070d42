"""Every check and test, each named: what ``./jichi test`` runs.

    ./jichi test                     all of it
    ./jichi test lint types          only these parts
    ./jichi test sqlite -- -k zone   a part, with options for pytest

Parts: lint, format, types, imports, sqlite, postgres. Exit code 1 when any part fails; pytest's own summary of
the last database is the last line. Where both databases are run, types are checked beside the first: that takes
one core for a minute.

On PostgreSQL, tests that touch no database and those in a browser are left out (``pytest --only-database``),
unless options are given or the run on SQLite is not part of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
PYTEST = [PYTHON, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal"]
SOURCES = ["src", "tests", "benchmarks", "jichi"]

PARTS: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "lint": ("ruff check", [PYTHON, "-m", "ruff", "check", "--quiet", *SOURCES], {}),
    "format": ("ruff format --check", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", *SOURCES], {}),
    "types": ("mypy", [PYTHON, "-m", "mypy"], {}),
    "imports": ("import-linter", [str(Path(PYTHON).with_name("lint-imports")), "--no-logo"], {}),
    "sqlite": ("pytest on SQLite", PYTEST, {"JICHI_TEST_DATABASE": "sqlite"}),
    "postgres": ("pytest on PostgreSQL", PYTEST, {"JICHI_TEST_DATABASE": "postgres"}),
}


def say(text: str) -> None:
    print(text, flush=True)


def environment_of(more: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), **more}


def run_part(name: str, options: Sequence[str]) -> tuple[bool, float]:
    """Run one part; returns whether it passed and its seconds."""
    title, command, environment = PARTS[name]
    say(f"\n=== {title} ===")
    started = time.monotonic()
    with_pytest = name in {"sqlite", "postgres"}
    if with_pytest:
        # Rewriting the asserts of all tests takes as long as collecting them: let the next process find it done.
        environment = {**environment, "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [*command, *(options if with_pytest else ())],
        cwd=ROOT,
        env=environment_of(environment),
        check=False,
    )
    # Without a match in one database there is nothing wrong: 5 is pytest's "no tests collected".
    return done.returncode == 0 or (bool(options) and done.returncode == 5), time.monotonic() - started


class Beside:
    """A part that runs beside others; what it says is told when it is asked for its result."""

    def __init__(self, name: str) -> None:
        self.title, command, environment = PARTS[name]
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment_of(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )

    def result(self) -> tuple[bool, float]:
        """As of :func:`run_part`, once it has ended; the seconds are those until it was asked for."""
        said, _ = self._process.communicate()
        seconds = time.monotonic() - self._started
        say(f"\n=== {self.title} ===\n{said.rstrip()}")
        return self._process.returncode == 0, seconds


def run_parts(parts: Sequence[str], options: dict[str, Sequence[str]]) -> dict[str, tuple[bool, float]]:
    """Run them in their order; returns of each whether it passed, and its seconds."""
    beside = Beside("types") if {"types", "sqlite", "postgres"} <= set(parts) else None
    results = {}
    for name in parts:
        if beside is None or name != "types":
            results[name] = run_part(name, options.get(name, ()))
        if beside is not None and name == "sqlite":
            results["types"] = beside.result()
    return results


def main() -> int:
    arguments = sys.argv[1:]
    if arguments[:1] in (["-h"], ["--help"]):
        say(__doc__ or "")
        return 0
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    asked, extra = arguments[:cut], arguments[cut + 1 :]
    if unknown := [name for name in asked if name not in PARTS]:
        say(f"No part is called {', '.join(unknown)}. Parts: {', '.join(PARTS)}")
        return 2
    # pytest comes last, so that its summary is what one reads at the end.
    parts = [name for name in PARTS if not asked or name in asked]
    second = ["--only-database"] if "sqlite" in parts and not extra else extra
    results = run_parts(parts, {"sqlite": extra, "postgres": second})
    failed = [PARTS[name][0] for name, (passed, _) in results.items() if not passed]
    times = ", ".join(f"{PARTS[name][0]} {seconds:.0f} s" for name, (_, seconds) in results.items())
    sys.stderr.write(f"\n{times}\n" + (f"FAILED: {', '.join(failed)}\n" if failed else "All parts passed.\n"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
