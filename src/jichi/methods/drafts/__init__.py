"""Drafts: a plan or an ordinance as paragraphs with anchors that stay through its versions. Pure functions.

``values``
    Paragraphs, drafts, and drafts as plain data.
``reading``, ``lines``
    Plain text and Markdown; what a line is by how it begins, and the anchors that follow from structure.
``documents``, ``packages``, ``numbering``
    Word documents: what is refused, the numbers that Word prints, the body in reading order.
``anchors``, ``matching``
    Anchors carried to the next version.
``comparing``
    What changed, down to the words.

Everything that is refused is a :class:`~.values.DraftError` with a code and its parameters.
"""

from jichi.methods.drafts.anchors import carry_anchors
from jichi.methods.drafts.comparing import Change, ChangeKind, Piece, compare, pieces
from jichi.methods.drafts.documents import from_docx, left_out_of_docx
from jichi.methods.drafts.reading import from_markdown, from_text
from jichi.methods.drafts.values import (
    Draft,
    DraftError,
    Paragraph,
    ParagraphKind,
    from_plain,
    printed,
    to_plain,
)

__all__ = [
    "Change",
    "ChangeKind",
    "Draft",
    "DraftError",
    "Paragraph",
    "ParagraphKind",
    "Piece",
    "carry_anchors",
    "compare",
    "from_docx",
    "from_markdown",
    "from_plain",
    "from_text",
    "left_out_of_docx",
    "pieces",
    "printed",
    "to_plain",
]
