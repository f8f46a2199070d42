"""Signs that a text was cut off."""

from __future__ import annotations

import re

from jichi.plan.importing.errors import PlanImportError
from jichi.plan.importing.lines import Source, SourceLine
from jichi.plan.importing.structure import Skeleton

__all__ = ["check_whole"]


def check_whole(source: Source, skeleton: Skeleton, filename: str, *, complete: bool) -> None:
    """Raise PlanImportError when the text ends in the middle of something.

    Signs: mark-up that is not closed, a row shorter than the rows before it, a sentence without its
    end, and (unless the caller knows the document to be a part) headings that the document's own
    overview lists and that never come.
    """
    filled = [line for line in source.lines if line.kind not in ("blank", "markup")]
    if not filled:
        raise PlanImportError("empty", filename=filename)
    last = filled[-1]
    detail = _open_markup(last) or _nothing_follows(last, skeleton)
    if not detail and last is source.lines[-1]:
        # No line end: the file may stop anywhere in this line.
        detail = _short_row(last, skeleton) or _open_sentence(last, filled)
    if not detail and complete:
        detail = _missing_branches(skeleton)
    if detail:
        raise PlanImportError("truncated", filename=filename, detail=detail, line=last.number)


def _open_markup(line: SourceLine) -> str:
    if re.search(r"<[A-Za-z/][^<>]*$", line.plain):
        return "in the middle of a mark-up tag"
    opened = len(re.findall(r"<table\b", line.plain, re.I))
    if opened > len(re.findall(r"</table\s*>", line.plain, re.I)):
        return "in the middle of an embedded table"
    return ""


def _nothing_follows(line: SourceLine, skeleton: Skeleton) -> str:
    """A heading or the header of a table is never the last thing of a document."""
    if line.kind == "section":
        return "after the heading of a section"
    table = skeleton.tables[-1] if skeleton.tables else None
    if table is None or table.rows[-1] is not line:
        return ""
    bare = len(table.rows) == 1 and not table.continued
    if bare or (table.kind == "projects" and not any("。" in r.plain or "●" in r.plain for r in table.rows)):
        return "after the header of a table"
    return ""


def _short_row(line: SourceLine, skeleton: Skeleton) -> str:
    table = skeleton.tables[-1] if skeleton.tables else None
    if table is None or table.rows[-1].number < line.number - 1:
        return ""
    if table.rows[-1] is not line:
        # The last row may have been cut before its first tab.
        return "" if line.kind in ("footnote", "joined") else "in the middle of a row of a table"
    widths = {len(row.plain.split("\t")) for row in table.rows[:-1]}
    cells = line.plain.split("\t")
    if len(widths) == 1 and len(cells) < max(widths):
        return "in the middle of a row of a table"
    return "in the middle of a cell" if cells[-1].count("(") > cells[-1].count(")") else ""


def _open_sentence(line: SourceLine, lines: list[SourceLine]) -> str:
    if line.kind != "bullet" or line.plain.rstrip().endswith(("。", ")", "」", ".")):
        return ""
    closed = [b for b in lines if b.kind == "bullet" and b.plain.rstrip().endswith("。")]
    if "★" in line.plain or len(closed) < 2 or (len(line.plain) < 20 and "。" not in line.plain):
        return ""
    near = [b for b in lines[-4:-1] if b.kind == "bullet"]
    if near and all(not b.plain.rstrip().endswith("。") for b in near):
        return ""
    return "in the middle of a sentence"


def _missing_branches(skeleton: Skeleton) -> str:
    """Headings listed in the overview but without any section, at the end of the document."""
    measures = sorted(
        (b for b in skeleton.branches.values() if b.code.count("-") == 2),
        key=lambda b: [int(n) for n in b.code.split("-")],
    )
    policies = [b for b in skeleton.branches.values() if b.code.count("-") == 1]
    present = [b for b in measures if b.sections]
    missing = []
    for branch in reversed(measures):
        if branch.sections:
            break
        missing.append(branch)
    bare = [p for p in policies if not any(m.code.startswith(p.code + "-") for m in measures)]
    lacking = len(missing) + len(bare)
    # A hand-made extract often holds one measure of those it lists; that is not a cut file.
    if lacking and (len(present) >= 2 or lacking > len(present)):
        names = ", ".join(b.code for b in [*reversed(missing), *bare])
        return f"the parts {names} are listed and do not follow"
    return ""
