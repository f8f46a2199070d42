"""Files that a command writes: whole or not at all."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from .console import Failure

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9.]+")


@contextmanager
def whole_file(path: Path) -> Iterator[IO[str]]:
    """A file to write to, which takes its name when everything is in it; a failure leaves nothing behind.

    Raises:
        Failure: if there is no such folder, it cannot be written in, or the name is a folder's.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise Failure(f"{path} cannot be written: name a file in a folder that is there.")
    try:
        unfinished = NamedTemporaryFile(  # noqa: SIM115 (closed below; only making it is refused here)
            "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
        )
    except OSError as problem:
        raise Failure(f"{path} cannot be written: {problem.strerror}. Name a file elsewhere.") from problem
    with unfinished as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    Path(file.name).replace(path)


def refuse_to_overwrite(output: Path | None, *inputs: Path | None) -> None:
    """What a command reads it does not write over.

    Raises:
        Failure: if the file to write is one of those that are read.
    """
    if output is not None and output.resolve() in {path.resolve() for path in inputs if path is not None}:
        raise Failure(f"{output} is read by this command: write to another file.")


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A csv in UTF-8 with the mark that spreadsheets know; no text in it is taken for a formula."""
    with whole_file(path) as file:
        file.write("\ufeff")
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(head)
        for row in rows:
            writer.writerow([_harmless(cell) for cell in row])


def _harmless(cell: object) -> object:
    is_risky = isinstance(cell, str) and cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if is_risky else cell
