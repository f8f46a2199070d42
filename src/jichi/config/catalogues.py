"""The catalogues of the rooms: what the code and the templates say, brought into each language's file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

Message = tuple[str | tuple[str, str], str | None]
"""A msgid (or msgid and plural) and its context."""


def catalogue_files(package: Path = PACKAGE) -> Iterator[Path]:
    """Every catalogue of translations in the package."""
    yield from sorted(package.rglob("locale/*/LC_MESSAGES/*.po"))


def messages_of(room: Path) -> dict[Message, bool]:
    """What the Python files and templates of a room say → whether the message has ``%``-places.

    Migrations are left out: words make no migration.
    """
    found: dict[Message, bool] = {}
    for path in sorted(room.rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            text = path.read_bytes()
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            text = _as_python(path)
        else:
            continue
        for _line, message, _comments, context in extract("python", io.BytesIO(text), keywords=KEYWORDS):
            key: Message = (message if isinstance(message, str) else (message[0], message[1]), context)
            words = message if isinstance(message, str) else message[0]
            if words:
                found[key] = "%(" in words
    return found


def _as_python(path: Path) -> bytes:
    from django.utils.translation.template import templatize  # deferred: start-up

    text = str(templatize(path.read_text(encoding="utf-8"), origin=str(path)))
    # What is no message comes out as runs of X; their indentation would not be Python's.
    return re.sub(r"(?m)^[ \t]+", "", text).encode()


def read_catalogue(path: Path) -> Catalog:
    """The catalogue in a file."""
    with path.open("rb") as file:
        return read_po(file)


def keys_of(catalogue: Catalog) -> set[Message]:
    """The messages a catalogue holds."""
    return {
        (message.id if isinstance(message.id, str) else (message.id[0], message.id[1]), message.context)
        for message in catalogue
        if message.id
    }


def update(path: Path) -> tuple[int, int]:
    """Bring one catalogue to what its room says; returns how many messages came and how many went.

    What is translated stays so; what is new comes in empty, to be filled.
    """
    wanted = messages_of(path.parents[3])
    catalogue = read_catalogue(path)
    known = keys_of(catalogue)
    gone, fresh = known - wanted.keys(), wanted.keys() - known
    for message, context in gone:
        catalogue.delete(message if isinstance(message, str) else message[0], context)
    for message, context in fresh:
        flags = ["python-format"] if wanted[(message, context)] else []
        catalogue.add(message, context=context, flags=flags)
    if gone or fresh:
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, sort_output=True, omit_header=False, width=0)
    return len(fresh), len(gone)
