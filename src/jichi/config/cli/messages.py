"""``jichi messages``."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import click
from babel.messages.mofile import write_mo

from jichi.config.catalogues import PACKAGE, catalogue_files, read_catalogue, update

from .console import Failure, say
from .start import start_django


def compiled(path: Path) -> bytes:
    """The compiled form of a catalogue. Fuzzy entries are left out, as gettext does."""
    catalogue = read_catalogue(path)
    catalogue.header_comment = ""
    # A time in the header would make the same words compile differently tomorrow.
    catalogue.creation_date = catalogue.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


@click.command("messages")
@click.option("--check", "only_check", is_flag=True, help="Only say which are stale; exit code 2 if any is.")
@click.option("--update", "with_update", is_flag=True, help="First take in what code and templates say now.")
def command(only_check: bool, with_update: bool) -> None:
    """Compile the catalogues of the languages with Babel; gettext's programs are not needed.

    The compiled files are committed, so that an installation compiles nothing. With --update, messages that
    are new in the code come in empty, to be translated, and those that went are taken out.
    """
    if with_update:
        start_django()
        for path in catalogue_files():
            came, went = update(path)
            if came or went:
                say(f"{path.relative_to(PACKAGE)}: {came} new, {went} gone")
    stale = []
    for path in catalogue_files():
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
