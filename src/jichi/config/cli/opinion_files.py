"""Opinions, decisions and lists read from files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .console import Failure, say
from .tabular import at_lines, chosen_column, open_table

if TYPE_CHECKING:
    from jichi.methods.texts.errors import TextError
    from jichi.methods.topics.checking import Mask
    from jichi.methods.topics.decisions import Decision

ID = ("id", "comment-id", "opinion-id", "submission-id", "受付番号", "整理番号", "番号", "意見番号", "ID")
TEXT = (
    "text",
    "opinion",
    "comment",
    "comment-body",
    "body",
    "comment-text",
    "意見",
    "意見内容",
    "ご意見",
    "本文",
    "内容",
)


@dataclass(frozen=True, slots=True)
class Opinions:
    """Submissions as they stand in a file."""

    path: Path
    ids: list[str]
    texts: list[str]
    lines: Sequence[int]


def read_opinions(path: Path, *, id_column: str | None = None, text_column: str | None = None) -> Opinions:
    """Submissions with their texts unchanged; without a column of ids, lines are their ids."""
    table = open_table(path)
    text = chosen_column(table, "text", text_column, TEXT, option="--column")
    name = chosen_column(table, "id", id_column, ID, option="--id", needed=False)
    if name == text:
        raise Failure(f"{path}: the column {name!r} cannot be both the id and the text.")
    columns = table.columns([text, name] if name else [text])
    if name:
        ids = [cell.strip() for cell in columns.cells[name]]
    else:
        say("No column of ids (name one with --id): each submission is called by its line")
        ids = [f"line {line}" for line in columns.lines]
    return Opinions(path=path, ids=ids, texts=columns.cells[text], lines=columns.lines)


def refusal(problem: TextError, opinions: Opinions) -> Failure:
    """What is wrong with submissions, with the lines of the file where rows are spoken of."""
    parts = problem.params.get("problems")
    several: list[Any] = parts if isinstance(parts, list) else [(problem.code, problem.params)]
    lines = [opinions.lines[row - 1] for _code, params in several for row in params.get("rows", ())]
    where = f", {at_lines(sorted(set(lines)))} of the file" if lines else ""
    return Failure(f"{opinions.path}{where}: {problem}.")


def read_decisions(path: Path, stands_for: Callable[[str], str]) -> tuple[Decision, ...]:
    """What people decided about topics: a list, or an object with the list under ``decisions``.

    ``stands_for`` gives for each submission the one of its set that topics were made of.
    """
    from jichi.methods.texts.errors import TextError  # deferred: start-up
    from jichi.methods.topics.decisions import from_plain  # deferred: start-up

    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as problem:
        raise Failure(f"{path} is not JSON in UTF-8: {problem}") from problem
    listed = data.get("decisions") if isinstance(data, Mapping) else data
    if not isinstance(listed, list):
        raise Failure(f"{path} holds no list of decisions.")
    found, problems = [], []
    for number, one in enumerate(listed, 1):
        try:
            if not isinstance(one, Mapping):
                raise TextError("bad-decision", f"a decision is an object, not {one!r}")
            found.append(from_plain(_moved(one, stands_for)))
        except (TextError, TypeError) as problem:
            problems.append(f"\n  - decision {number}: {problem}")
    if problems:
        raise Failure(f"{path} cannot be used:{''.join(problems)}")
    return tuple(found)


def _moved(decision: Mapping[str, Any], stands_for: Callable[[str], str]) -> dict[str, Any]:
    def moved(value: Any) -> Any:
        if isinstance(value, list):
            return [moved(one) for one in value]
        return stands_for(value) if isinstance(value, str) else value

    return {key: value if key in ("kind", "title") else moved(value) for key, value in decision.items()}


def read_phrases(path: Path) -> tuple[str, ...]:
    """One phrase to a line; empty lines and those that begin with # say nothing."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as problem:
        raise Failure(f"{path} is not text in UTF-8: {problem}") from problem
    return tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))


def read_masks(path: Path, lengths: Mapping[str, int]) -> tuple[Mask, ...]:
    """Stretches that must not be shown: id, start, end, in characters from 0, end not included."""
    from jichi.methods.topics.checking import Mask  # deferred: start-up

    table = open_table(path)
    names = [
        chosen_column(table, name, None, (name,), option="such a name in its head")
        for name in ("id", "start", "end")
    ]
    columns = table.columns(names)
    found, wrong = [], []
    for row, line in enumerate(columns.lines):
        one, start, end = (columns.cells[name][row].strip() for name in names)
        if start.isdecimal() and end.isdecimal() and int(start) < int(end) <= lengths.get(one, 0):
            found.append(Mask(id=one, start=int(start), end=int(end)))
        else:
            wrong.append(line)
    if wrong:
        raise Failure(
            f"{path}, {at_lines(wrong)}: a mask names a submission and a stretch of its text, start before"
            " end, both in characters from 0."
        )
    return tuple(found)
