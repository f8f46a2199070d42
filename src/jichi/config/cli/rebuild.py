"""``jichi rebuild``."""

from __future__ import annotations

import click

from .console import Failure, say
from .start import require_installation, start_django


@click.command("rebuild")
@click.argument("keys", nargs=-1)
def command(keys: tuple[str, ...]) -> None:
    """Build derived data anew from the rows as they stand: all projections, or those named by KEYS.

    The site stays up meanwhile. Deliveries (mail, webhooks) are never replayed.
    """
    start_django()
    require_installation()
    from jichi.city import readers, registry  # deferred: start-up

    known = {reader.key for reader in registry.readers() if reader.kind == readers.PROJECTION}
    if unknown := set(keys) - known:
        raise Failure(
            f"No projection is called {', '.join(sorted(unknown))}. Known: {', '.join(sorted(known))}"
        )
    for key in keys or sorted(known):
        say(f"{key}: {readers.rebuild(key)} entries")
