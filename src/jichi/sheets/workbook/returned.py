"""A returned workbook: its cells, its envelope, and what the writer noted down in the hidden sheet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .content import Book, Sheet, open_book
from .envelope import FORMAT, Envelope, unseal
from .layout import BINDING_SHEET
from .problems import WorkbookError

PROPERTY = "jichi"
CHUNK = 240
"""Longest text of one property; Excel keeps 255 signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What the writer noted down. It is not sealed: it helps to find and to word, never to decide.

    All is by the key of the part: ``names`` of the sheets, ``rows`` and ``columns`` in which its lines stood
    (counted from 1), ``labels`` that stood at an anchor, ``own`` texts that are the form's.
    """

    is_there: bool = False
    rows: Mapping[tuple[str, str], int] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], int] = field(default_factory=dict)
    own: Mapping[str, frozenset[str]] = field(default_factory=dict)
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A file that is one of our workbooks, unchanged in what it says of itself. ``sha256`` is the file's."""

    envelope: Envelope
    book: Book
    binding: Binding
    binding_sheet: Sheet | None
    sha256: str


def read_workbook(content: bytes, *, key: bytes, older_keys: Sequence[bytes] = ()) -> Returned:
    """Open a returned file and check its envelope.

    ``key`` is the installation's secret; ``older_keys`` those it had before, for workbooks still out.

    Raises:
        WorkbookError: no xlsx, damaged, encrypted, too large, an attack, no workbook of ours, or one whose
            envelope was changed.
    """
    return returned_of(open_book(content), (key, *older_keys), hashlib.sha256(content).hexdigest())


def returned_of(book: Book, keys: Sequence[bytes], sha256: str) -> Returned:
    """The same of a file that is open. Raises WorkbookError as :func:`read_workbook` does."""
    hidden = binding_sheet(book, FORMAT)
    binding, sealed = binding_of(lines_of(hidden)) if hidden else (Binding(), "")
    envelope = envelope_of(sealed, property_of(book, PROPERTY), keys)
    return Returned(envelope=envelope, book=book, binding=binding, binding_sheet=hidden, sha256=sha256)


def property_of(book: Book, name: str) -> str:
    """A sealed envelope kept as a property of the file, in pieces."""
    return "".join(book.properties.get(f"{name}-{number}", "") for number in range(1, 100))


def envelope_of(sealed: str, beside: str, keys: Sequence[bytes]) -> Envelope:
    """The envelope, kept at two places of which one may be lost.

    Raises:
        WorkbookError: ``no_envelope``, ``envelope_changed``, ``envelope_other_format``.
    """
    if not sealed and not beside:
        raise WorkbookError("no_envelope")
    envelope = unseal(sealed or beside, keys)
    if sealed and beside and unseal(beside, keys) != envelope:
        # Parts of two workbooks in one.
        raise WorkbookError("envelope_changed")
    return envelope


def binding_sheet(book: Book, form: str) -> Sheet | None:
    """The hidden sheet, found by ``form`` in its first cell: a program may have renamed it."""
    found = [sheet for sheet in book.sheets if _text(sheet, 1, 1) == form]
    named = [sheet for sheet in found if sheet.name == BINDING_SHEET]
    return next(iter(named or found), None)


def _text(sheet: Sheet, row: int, column: int) -> str:
    cell = sheet.cells.get((row, column))
    return cell.text if cell else ""


Line = tuple[str, str, str, str]


def lines_of(sheet: Sheet) -> list[Line]:
    """What is noted down in the hidden sheet, below its first row."""
    return [
        (_text(sheet, row, 1), _text(sheet, row, 2), _text(sheet, row, 3), _text(sheet, row, 4))
        for row in sorted(row for row, column in sheet.cells if column == 1 and row > 1)
    ]


def binding_of(lines: Iterable[Line]) -> tuple[Binding, str]:
    """What the lines say of one form's sheets, and its sealed envelope."""
    rows: dict[tuple[str, str], int] = {}
    columns: dict[tuple[str, str], int] = {}
    own: dict[str, set[str]] = {}
    labels: dict[tuple[str, str], str] = {}
    names: dict[str, str] = {}
    sealed = ""
    for kind, *rest in lines:
        if kind == "envelope":
            sealed = rest[0]
        elif kind in {"row", "column"} and rest[2].isdecimal():
            (rows if kind == "row" else columns)[rest[0], rest[1]] = int(rest[2][:7])
        elif kind == "own":
            own.setdefault(rest[0], set()).add(rest[1])
        elif kind == "label":
            labels[rest[0], rest[1]] = rest[2]
        elif kind == "sheet":
            names[rest[0]] = rest[1]
    return (
        Binding(
            is_there=True,
            rows=rows,
            columns=columns,
            own={part: frozenset(texts) for part, texts in own.items()},
            labels=labels,
            names=names,
        ),
        sealed,
    )
