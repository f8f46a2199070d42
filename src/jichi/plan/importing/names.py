"""Where a project's name ends and its description begins."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jichi.plan.importing.characters import clean_name, narrow
from jichi.plan.importing.layout import Layout

__all__ = ["ProjectName", "read_project_name"]

_LONGEST = 60
_BRACKETS = ("「」", "『』", "（）", "()")


@dataclass(frozen=True)
class ProjectName:
    """A project's name and description, and whether the border between them is certain."""

    name: str
    description: str
    printed: str
    certain: bool = True


def read_project_name(
    text: str, layout: Layout, *, sure: bool, others: bool, opens: bool = False
) -> ProjectName | None:
    """The project that a cell names, or None.

    With `sure`, only a name followed by a description counts (the cell is not where names stand).
    `others` tells whether the row has other filled cells, `opens` whether the next one begins with a ●.
    """
    text = re.sub(r"<[^<>]*>?", " ", text).strip()
    plain = narrow(text)
    if not text or re.match(r"[●○◯・→※(]", text) or re.match(r"[^\s。]{1,60}\s*:", plain):
        return None
    tokens = list(re.finditer(r"\S+", plain))
    described = "。" in plain
    if sure and not described:
        return None
    for count in range(1, min(3, len(tokens)) + 1):
        head = text[: tokens[count - 1].end()]
        if _is_name(head) and narrow(head).endswith(layout.project_suffixes):
            return ProjectName(clean_name(head), text[len(head) :].strip(), head)
    if sure:
        return None
    head = text[: tokens[0].end()]
    if _is_name(head):
        if len(tokens) > 1 and described:
            return ProjectName(clean_name(head), text[len(head) :].strip(), head)
        if len(tokens) == 1 and opens and not re.fullmatch(layout.continued, plain):
            return ProjectName(clean_name(head), "", head, certain=False)
    if described and others:
        suffixes = "|".join(layout.project_suffixes)
        if found := re.match(rf"[^。、\s]{{2,40}}?(?:{suffixes})(?!の|を|に|が|や|と|・)", plain):
            head = text[: found.end()]
            if _balanced(head):
                return ProjectName(clean_name(head), text[len(head) :].strip(), head, certain=False)
    return None


def _is_name(text: str) -> bool:
    return "。" not in text and "、" not in text[:1] and len(text) <= _LONGEST and _balanced(text)


def _balanced(text: str) -> bool:
    return all(text.count(pair[0]) == text.count(pair[1]) for pair in _BRACKETS)
