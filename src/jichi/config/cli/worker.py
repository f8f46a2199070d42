"""``jichi worker``."""

from __future__ import annotations

import click

from jichi.config.serving.worker import main

from .start import require_installation, start_django


@click.command("worker")
def command() -> None:
    """Run the worker alone: sealer, readers and schedule. Any number may run; one at a time seals.

    jichi serve runs one already; this is for installations that spread over machines.
    """
    start_django()
    require_installation()
    main()
