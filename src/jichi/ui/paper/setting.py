"""Setting one document, given as JSON. Nothing of ours is imported, so that it runs as a program of its own:
``python setting.py`` reads a document from the standard input and writes its PDF to the standard output.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Final

import typst

HERE = Path(__file__).parent
STANDARD: Final = "ua-1"


@cache
def _fonts() -> typst.Fonts:
    # Found once a process: looking for them takes longer than a page.
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(HERE / "fonts")]
    )


def set_json(data: str) -> bytes:
    """The document as a tagged PDF (PDF/UA-1). Raises RuntimeError where it cannot be set."""
    made = typst.compile(
        HERE / "document.typ",
        root=HERE,
        sys_inputs={"data": data},
        font_paths=_fonts(),
        format="pdf",
        pdf_standards=[STANDARD],
    )
    assert isinstance(made, bytes)  # a PDF is one file, however many pages it has
    return made


if __name__ == "__main__":
    sys.stdout.buffer.write(set_json(sys.stdin.buffer.read().decode()))
