"""``jichi load-pack``, and what ``init`` and ``demo`` share with it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from .console import progress, say
from .start import require_installation, start_django


def pack_fingerprint(name: str) -> str:
    """A digest over every file of a pack: whether it must be loaded again."""
    from jichi.city.pack import Pack  # deferred: start-up

    digest = hashlib.sha256()
    root = Pack.open(name).root
    for path in sorted(root.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(root)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def load(name: str) -> None:
    """Load a pack with a bar; nothing is written when any file of it is wrong."""
    from jichi.city.viewers import system_viewer  # deferred: start-up
    from jichi.config.packs import load_pack  # deferred: start-up

    with progress(f"Pack {Path(name).name}") as report:
        load_pack(
            viewer=system_viewer("pack-loader"),
            name=name,
            progress=lambda _, done, whole: report(done, whole),
        )


def bring_sample_voices(name: str) -> None:
    """Bring what people said to a sample pack's consultations, with a bar; for a demonstration alone."""
    from jichi.city.pack import Pack  # deferred: start-up
    from jichi.city.viewers import system_viewer  # deferred: start-up
    from jichi.consultations.services.packs_voices import bring_voices  # deferred: start-up

    pack = Pack.open(name)
    if not pack.files("consultation_voices"):
        return
    with progress("Sample voices") as report:
        bring_voices(viewer=system_viewer("demo"), pack=pack, progress=report)


def rebuild_projections() -> None:
    """Build the search index and other projections anew, with a bar."""
    from jichi.city import readers, registry  # deferred: start-up

    projections = [reader for reader in registry.readers() if reader.kind == readers.PROJECTION]
    with progress("Search index") as report:
        for done, reader in enumerate(projections, start=1):
            readers.rebuild(reader.key)
            report(done, len(projections))


@click.command("load-pack")
@click.argument("name")
def command(name: str) -> None:
    """Load or refresh a city's pack: NAME of one that comes with Jichi, or a folder with a pack.json.

    Everything is validated first; loading again changes only what differs. docs/howto/city-pack.md tells how
    another city writes its own.
    """
    start_django()
    require_installation()
    load(name)
    rebuild_projections()
    say("Loaded.")
