"""Speaking with whoever runs a command: words and progress on standard error, results on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

Progress = Callable[[int, int], None]
"""Called with what is done and what there is in all."""


class Failure(Exception):
    """A command cannot go on; the message says why and what to do."""


def say(text: str = "") -> None:
    """A line for the reader."""
    click.echo(text, err=True)


def error(text: str) -> None:
    """A message that ends the command."""
    click.secho(text, err=True, fg="red" if sys.stderr.isatty() else None)


def result(value: Any) -> None:
    """One JSON document on standard output, and nothing else there."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """A bar on standard error that learns its length from the first report; no terminal: the label alone."""
    with click.progressbar(length=1, label=label, file=sys.stderr, show_pos=True, width=30) as bar:
        # Without a terminal click prints the label alone, which is what a log wants.
        last = 0

        def report(done: int, whole: int) -> None:
            nonlocal last
            bar.length = max(whole, 1)
            bar.update(max(done - last, 0))
            last = max(done, last)

        yield report
        report(bar.length or 1, bar.length or 1)
