"""What a backup is: a tar file whose manifest names every member with its checksum."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FORMAT = "jichi-backup/1"
MANIFEST = "manifest.json"
SQLITE, POSTGRESQL = "database.sqlite3", "database.pgdump"
FILES, KEY = "files", "secret-key"

Progress = Callable[[int, int], None]


class BackupProblem(Exception):
    """A backup cannot be made, read or restored; the message says why and what to do."""


@dataclass(slots=True, kw_only=True)
class Manifest:
    """The first member of a backup.

    ``migrations`` are the newest of each app; ``head`` is the audit trail's end as (sequence, hash);
    ``members`` maps a member's name to its SHA-256.
    """

    version: str
    created_at: str
    vendor: str
    migrations: dict[str, str]
    head: tuple[int, str]
    epoch: int
    with_key: bool
    members: dict[str, str] = field(default_factory=dict)
    format: str = FORMAT


def sha256(path: Path) -> str:
    """The checksum of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def members_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below ``folder`` with its name inside an archive, in a fixed order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(folder).as_posix(), path


def write(archive: Path, manifest: Manifest, members: list[tuple[str, Path]], progress: Progress) -> None:
    """Write the archive beside its place and move it there when it is whole."""
    manifest.members = {name: sha256(path) for name, path in members}
    part = archive.with_name(archive.name + ".part")
    text = part.with_name(archive.name + "." + MANIFEST)
    text.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
    try:
        with tarfile.open(part, "w:gz", compresslevel=3) as tar:
            tar.add(text, MANIFEST)
            for done, (name, path) in enumerate(members, start=1):
                tar.add(path, name, recursive=False)
                progress(done, len(members))
        part.replace(archive)
    finally:
        text.unlink(missing_ok=True)
        part.unlink(missing_ok=True)


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            yield tar
    except (tarfile.TarError, EOFError, OSError) as problem:
        raise BackupProblem(f"{archive} cannot be read as a backup ({problem}).") from problem


def read_manifest(archive: Path) -> Manifest:
    """The manifest of a backup.

    Raises:
        BackupProblem: if the file is no backup of a form this version knows.
    """
    with _opened(archive) as tar:
        try:
            file = tar.extractfile(MANIFEST)
            data: dict[str, Any] = json.load(file) if file else {}
        except (KeyError, ValueError) as problem:
            raise BackupProblem(f"{archive} holds no {MANIFEST}: it is no backup of Jichi.") from problem
    if data.get("format") != FORMAT:
        raise BackupProblem(f"{archive} has the form {data.get('format')!r}; this version reads {FORMAT}.")
    data["head"] = tuple(data["head"])
    return Manifest(**data)


def unpack(archive: Path, folder: Path, progress: Progress) -> Manifest:
    """Unpack into an empty ``folder`` and verify every checksum.

    Raises:
        BackupProblem: if anything is missing, changed or not named in the manifest.
    """
    manifest = read_manifest(archive)
    with _opened(archive) as tar:
        tar.extractall(folder, filter="data")
    found = {name: path for name, path in members_of(folder) if name != MANIFEST}
    if odd := sorted(found.keys() ^ manifest.members.keys()):
        raise BackupProblem(f"{archive} is not whole: {odd[0]} is missing or not named in its manifest.")
    for done, (name, path) in enumerate(found.items(), start=1):
        if sha256(path) != manifest.members[name]:
            raise BackupProblem(
                f"{archive} is damaged: the checksum of {name} is wrong. Nothing was restored."
            )
        progress(done, len(found))
    return manifest
