"""Loading a city's pack: every room's files, lowest room first, each validated before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction

from jichi.city import registry
from jichi.city.access import Viewer
from jichi.city.pack import Pack
from jichi.manifest import PackFile

Progress = Callable[[str, int, int], None]


def _files(pack: Pack) -> Iterator[tuple[PackFile, str, Any]]:
    declared = sorted(
        (item for room in registry.rooms() for item in room.pack_files), key=lambda item: item.order
    )
    for item in declared:
        for name in pack.files(item.kind):
            yield item, name, pack.data(name, item.schema)


def load_pack(*, viewer: Viewer, name: str, progress: Progress | None = None) -> list[tuple[str, Any]]:
    """Load the pack ``name`` (one that comes with Jichi, or a folder). Loading again changes nothing.

    Everything is read and validated first and written in one transaction, so that a broken pack leaves the
    database as it was. Returns (file, what its room reported).

    Raises:
        Invalid: what is wrong, in which file, at which place.
    """
    pack = Pack.open(name)
    files = list(_files(pack))
    reports = []
    with transaction.atomic():
        for place, (item, filename, data) in enumerate(files):
            if progress is not None:
                progress(filename, place, len(files))
            load = registry.resolve(item.load)
            reports.append((filename, load(viewer=viewer, pack=pack, data=data)))
    if progress is not None:
        progress("", len(files), len(files))
    return reports
