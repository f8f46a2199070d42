"""``jichi messages``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import click
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import jichi

from .console import Failure, say

PACKAGE = Path(jichi.__file__).resolve().parent


def catalogues() -> Iterator[Path]:
    """Every catalogue of translations in the package."""
    yield from sorted(PACKAGE.rglob("locale/*/LC_MESSAGES/*.po"))


def compiled(path: Path) -> bytes:
    """The compiled form of a catalogue. Fuzzy entries are left out, as gettext does."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    catalogue.header_comment = ""
    # A time in the header would make the same words compile differently tomorrow.
    catalogue.creation_date = catalogue.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


@click.command("messages")
@click.option("--check", "only_check", is_flag=True, help="Only say which are stale; exit code 2 if any is.")
def command(only_check: bool) -> None:
    """Compile the catalogues of the languages with Babel; gettext's programs are not needed.

    The compiled files are committed, so that an installation compiles nothing.
    """
    stale = []
    for path in catalogues():
        target, wanted = path.with_suffix(".mo"), compiled(path)
        if target.exists() and target.read_bytes() == wanted:
            continue
        stale.append(path.relative_to(PACKAGE))
        if not only_check:
            target.write_bytes(wanted)
    names = ", ".join(str(path) for path in stale)
    if only_check and stale:
        raise Failure(f"Stale compiled catalogues: {names}. Run: jichi messages")
    say(f"Compiled {names}." if stale else "All catalogues are fresh.")
