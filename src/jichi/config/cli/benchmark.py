"""``jichi benchmark``."""

from __future__ import annotations

import os
import sys

import click

from jichi.config.bundling import BundleProblem, source_root

from .console import Failure


@click.command("benchmark", context_settings={"ignore_unknown_options": True})
@click.argument("name", type=click.Choice(["http"]))
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def command(name: str, options: tuple[str, ...]) -> None:
    """Measure the running pages under load, on this machine only.

    http: requests per second and 95th percentile of home, tree, indicator and project page with 8 and 50
    clients, on SQLite and PostgreSQL, in a demonstration of its own. See: jichi benchmark http -- --help
    """
    try:
        script = source_root() / "benchmarks" / f"{name}_load.py"
    except BundleProblem as problem:
        raise Failure("Benchmarks come with a clone of the repository.") from problem
    os.execv(sys.executable, [sys.executable, str(script), *options])  # noqa: S606 - our own script
