"""Page furniture, known by its structure and not by its words.

Four rules, each printed as the line's reason:
- a short line that stands three times or more outside tables (side tabs, running heads, logos);
- a short line in a run of such lines, or in a run of level names with bare numbers (a misread tab);
- a line wholly in brackets, or one that only names a source, below prose (a credit line);
- a short line without a full stop that stands apart in a section of prose (an image's caption).
"""

from __future__ import annotations

import re
from collections import Counter

from jichi.plan.importing.lines import Account, Source, SourceLine

__all__ = ["mark_captions", "mark_recurring"]

_SHORT = 40
_TAB = 16
_CREDIT = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)\s*|\s*(?:資料|出典|出所)\s*:.*")


def mark_recurring(source: Source, account: Account) -> None:
    """Mark side tabs, running heads and logos: what stands on page after page."""
    counts = Counter(line.key for line in source.lines if _short(line))
    recurring = {key for key, count in counts.items() if count >= 3}
    for line in source.lines:
        if _short(line) and line.key in recurring:
            account.furniture(line.number, "recurs on several pages")
    for run in _runs(source):
        tabs = [line for line in run if line.key in recurring or _bare_level(line)]
        weak = [line for line in run if counts[line.key] >= 2 or _bare_level(line)]
        if len(run) >= 4 and (2 * len(tabs) >= len(run) or 3 * len(weak) >= 2 * len(run)):
            for line in run:
                account.furniture(line.number, "in a run of side tabs")


def _bare_level(line: SourceLine) -> bool:
    return line.kind == "node" and not line.name and "-" not in line.code


def _short(line: SourceLine) -> bool:
    if line.kind == "node":
        return _bare_level(line)
    return line.kind == "text" and len(line.key) <= _SHORT


def _runs(source: Source) -> list[list[SourceLine]]:
    """Runs of lines short enough for a side tab, blank lines between them left out."""
    runs: list[list[SourceLine]] = [[]]
    for line in source.lines:
        if line.kind == "blank":
            continue
        if _short(line) and len(line.key) <= _TAB and "。" not in line.plain:
            runs[-1].append(line)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def mark_captions(source: Source, account: Account, prose: range) -> None:
    """Mark credit lines and captions among the lines of one section of prose (line numbers)."""
    previous: SourceLine | None = None
    blank = True
    for number in prose:
        line = source.lines[number - 1]
        if line.kind == "blank":
            blank = True
            continue
        if line.number not in account.states and line.kind == "text":
            apart = blank or (previous is not None and _is_caption(account, previous))
            if _CREDIT.fullmatch(line.plain):
                account.furniture(line.number, "a credit line or a caption in brackets")
            elif apart and len(line.key) <= _SHORT and "。" not in line.plain:
                account.furniture(line.number, "a caption: a short line apart from the prose")
        previous, blank = line, False


def _is_caption(account: Account, line: SourceLine) -> bool:
    return account.states.get(line.number, ("", "", ""))[2].startswith("a caption")
