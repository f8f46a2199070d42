"""``jichi bundle``."""

from __future__ import annotations

from pathlib import Path

import click

from jichi import __version__
from jichi.config.bundling import BundleProblem, make_bundle, platform_name

from .console import Failure, progress, say


@click.command("bundle")
@click.option("--to", type=click.Path(path_type=Path), help="File or folder; default: the present folder.")
@click.option("--with-tests", is_flag=True, help="Also pack what ./jichi test needs.")
def command(to: Path | None, with_tests: bool) -> None:
    """Make an archive from which a machine without internet installs, upgrades and tests.

    It holds the source, the locks, every package as a wheel verified by its hash, checksums and INSTALL.txt.
    The wheels are for this system and this Python: make the bundle on a machine like the target.
    """
    target = to or Path.cwd()
    if target.is_dir():
        kind = "-with-tests" if with_tests else ""
        target = target / f"jichi-{__version__}{kind}-{platform_name()}.tar.gz"
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with progress("Packages") as report:
            count = make_bundle(target.resolve(), with_tests=with_tests, progress=report)
    except BundleProblem as problem:
        raise Failure(str(problem)) from problem
    say(f"{count} files, {target.stat().st_size / 1024 / 1024:.0f} MB. To install: unpack, read INSTALL.txt.")
    click.echo(str(target))
