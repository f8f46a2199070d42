"""Documents as PDF: A4, tagged (PDF/UA-1), in a typeface made to be read easily."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

from .covering import printable
from .document import Printed, as_json
from .setting import HERE, set_json

LONG = 40
"""Leaves from which a document is set in a process of its own, whose memory then goes back to the system."""


_CONTROL = re.compile(r"((?<!\\)(?:\\\\)*)(?:\\u00[01][0-9a-f]|\\[bf])")
"""Control characters as JSON escapes them; no typeface has any."""


def pdf_of(printed: Printed) -> bytes:
    """The document as a tagged PDF. See :func:`pdf_of_json`."""
    return pdf_of_json(as_json(printed))


def pdf_of_json(data: dict[str, Any]) -> bytes:
    """What :func:`~jichi.ui.paper.document.as_json` gave, as a tagged PDF.

    Raises:
        ValueError: for a document without leaves, of which there would be no page; RuntimeError: where it
        cannot be set.
    """
    if not data["leaves"]:
        raise ValueError("a document without leaves has no page")
    text = json.dumps({**data, "leaves": _covered(data)}, ensure_ascii=False)
    text, _missed = printable(_CONTROL.sub(r"\1", text))
    return _apart(text) if len(data["leaves"]) >= LONG else set_json(text)


def _covered(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The leaves; where one holds a character that the typeface lacks, with the note that says so."""
    if not data["lacking"]:
        return list(data["leaves"])
    note = {"kind": "note", "text": data["lacking"]}
    return [
        {**leaf, "blocks": [*leaf["blocks"], note]}
        if printable(json.dumps(leaf, ensure_ascii=False))[1]
        else leaf
        for leaf in data["leaves"]
    ]


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF made here has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def _apart(text: str) -> bytes:
    done = subprocess.run(  # noqa: S603 - our own program, and nothing of a reader's in the command
        [sys.executable, str(HERE / "setting.py")], input=text.encode(), capture_output=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace").strip()[-300:])
    return done.stdout
