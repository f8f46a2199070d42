"""Votes and statements read from files: long form or wide form, as other programs export them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from .console import Failure
from .tabular import Columns, TableFile, at_lines, chosen_column, open_table

PARTICIPANT = (
    "participant",
    "voter-id",
    "participant-id",
    "voter",
    "user-id",
    "投票者",
    "参加者",
    "参加者ID",
)
STATEMENT = ("statement", "comment-id", "statement-id", "comment", "tid", "意見ID", "論点ID", "文ID")
VOTE = ("vote", "value", "賛否", "投票")
TIME = ("time", "timestamp", "created", "modified", "datetime", "日時", "投票日時")
TEXT = ("text", "comment-body", "body", "txt", "statement-text", "本文", "意見")
MODERATED = ("moderated", "moderation", "mod", "審査", "掲載")
META = ("is-meta", "meta", "is_meta")

_WORDS = {"agree": 1, "賛成": 1, "disagree": -1, "反対": -1, "pass": 0, "パス": 0, "どちらでもない": 0}
# Columns that a wide export has beside its statements.
_COUNTS = {"groupid", "ncomments", "nvotes", "nagree", "ndisagree", "xid", "n", "x", "y"}
_MOST_PROBLEMS = 8


@dataclass(frozen=True, slots=True)
class Statement:
    """What is known of a statement beside its votes; ``standing`` is ``in``, ``out`` or ``meta``."""

    text: str = ""
    standing: str = "in"


@dataclass(frozen=True, slots=True)
class Cast:
    """Votes as they stand in a file, one entry for each; ``times`` is None where no column gives them."""

    participants: list[str]
    statements: list[str]
    votes: list[int]
    times: list[int] | list[float] | None
    lines: Sequence[int]
    form: str
    everybody: list[str] | None = None
    every_statement: list[str] | None = None


@dataclass(slots=True)
class _Problems:
    """What is wrong, gathered: for each kind the lines, and what was found there first."""

    path: Path
    found: dict[str, list[int]] = field(default_factory=dict)

    def add(self, what: str, line: int) -> None:
        self.found.setdefault(what, []).append(line)

    def stop(self) -> None:
        if not self.found:
            return
        kinds = sorted(self.found.items(), key=lambda each: each[1][0])
        told = [f"\n  - {at_lines(lines)}: {what}" for what, lines in kinds[:_MOST_PROBLEMS]]
        if len(kinds) > _MOST_PROBLEMS:
            told.append(f"\n  - and {len(kinds) - _MOST_PROBLEMS} more kinds of problems")
        raise Failure(f"{self.path} cannot be used:{''.join(told)}")


def read_votes(
    path: Path,
    *,
    participant: str | None = None,
    statement: str | None = None,
    vote: str | None = None,
    time: str | None = None,
    agree_is: int = 1,
) -> Cast:
    """The votes of a file in either form: long if it has a column for the vote, wide if not.

    Parameters
    ----------
    participant, statement, vote, time
        Names of columns; without them the usual names are looked for.
    agree_is
        1 or -1: which number means agreement. Words (agree, 賛成) mean what they say.
    """
    table = open_table(path)
    vote_column = chosen_column(table, "vote", vote, VOTE, option="--vote", needed=False)
    people = chosen_column(table, "participant", participant, PARTICIPANT, option="--participant")
    values = _values(agree_is)
    if not vote_column:
        looks_long = chosen_column(table, "statement", None, STATEMENT, option="--statement", needed=False)
        if looks_long or statement is not None or time is not None:
            raise Failure(
                f"{path} has no column for the vote, such as {', '.join(VOTE[:2])}; name it with --vote. In a"
                " table with a row for each participant, each other column is a statement, called by its id."
            )
        return _wide(table, people, values)
    things = chosen_column(table, "statement", statement, STATEMENT, option="--statement")
    moment = chosen_column(table, "time", time, TIME, option="--time", needed=False)
    return _long(table, (people, things, vote_column, moment), values)


def _values(agree_is: int) -> dict[str, int]:
    """What each way of writing a vote means."""
    found = dict(_WORDS)
    for value in (-1, 0, 1):
        for written in (f"{value}", f"{value}.0", f"+{value}"):
            found[written] = value * agree_is
    return found


def _vote(cell: str, values: dict[str, int]) -> int | None:
    """The vote that a cell stands for; other ways of writing it are learnt."""
    plain = unicodedata.normalize("NFKC", cell).strip().casefold().replace("\N{MINUS SIGN}", "-")
    found = values.get(plain)
    if found is not None:
        values[cell] = found
    return found


def _long(table: TableFile, names: tuple[str, str, str, str], values: dict[str, int]) -> Cast:
    people, things, vote, moment = names
    columns = table.columns([name for name in names if name])
    problems, votes = _Problems(table.path), []
    stripped = {name: _stripped(columns.cells[name]) for name in (people, things)}
    for name, what in ((people, "the participant"), (things, "the statement")):
        for row, cell in enumerate(stripped[name]):
            if not cell:
                problems.add(f"{what} is not named ({name})", columns.lines[row])
    for row, cell in enumerate(columns.cells[vote]):
        value = values.get(cell)
        if value is None and (value := _vote(cell, values)) is None:
            shown = cell if len(cell) < 24 else cell[:20] + "..."
            problems.add(
                f"{vote} is {shown!r}, not 1, 0 or -1"
                if cell.strip()
                else f"{vote} is empty; leave out the row of a statement that was not voted on",
                columns.lines[row],
            )
        votes.append(0 if value is None else value)
    times = _times(columns, moment, problems) if moment else None
    problems.stop()
    return Cast(
        participants=stripped[people],
        statements=stripped[things],
        votes=votes,
        times=times,
        lines=columns.lines,
        form="long",
    )


def _stripped(cells: list[str]) -> list[str]:
    return [cell.strip() for cell in cells]


def _times(columns: Columns, name: str, problems: _Problems) -> list[int] | list[float]:
    """Times as whole numbers where all are, as seconds otherwise."""
    cells = columns.cells[name]
    try:
        return [int(cell) for cell in cells]
    except ValueError:
        pass
    found: list[float] = []
    numbers = 0
    for row, cell in enumerate(cells):
        numbers += _is_number(cell)
        moment = _moment(cell.strip())
        if moment is None:
            problems.add(
                f"{name} is {cell[:30]!r}, neither a number nor a time such as 2026-04-01T09:30:00+09:00",
                columns.lines[row],
            )
        found.append(0.0 if moment is None else moment)
    if not problems.found and 0 < numbers < len(cells):
        kind = numbers * 2 <= len(cells)
        for row, cell in enumerate(cells):
            if _is_number(cell) == kind:
                problems.add(
                    f"{name} is a {'number' if kind else 'date'} here and not in other rows: write all times"
                    " in one way, so that what came last can be told",
                    columns.lines[row],
                )
    return found


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _moment(cell: str) -> float | None:
    try:
        number = float(cell)
        return number if math.isfinite(number) else None
    except ValueError:
        pass
    try:
        when = datetime.fromisoformat(cell.replace("/", "-"))
    except ValueError:
        return None
    # Where no zone is given all are taken to be in one; which one does not change what comes last.
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _wide(table: TableFile, people: str, values: dict[str, int]) -> Cast:
    columns = table.columns()
    names = [name for name in columns.cells if name != people and _plain(name) not in _COUNTS]
    problems = _Problems(table.path)
    if not names:
        raise Failure(
            f"{table.path} has neither a column for the vote nor columns named after statements; name the"
            " vote's column with --vote."
        )
    ids = _stripped(columns.cells[people])
    first: dict[str, int] = {}
    for row, name in enumerate(ids):
        if not name:
            problems.add(f"the participant is not named ({people})", columns.lines[row])
        elif first.setdefault(name, row) != row:
            problems.add(f"{name!r} stands twice: one row for each participant", columns.lines[row])
    voters, things, votes, lines = [], [], [], []
    for name in names:
        for row, cell in enumerate(columns.cells[name]):
            value = values.get(cell)
            if value is None:
                if not cell.strip():
                    continue
                if (value := _vote(cell, values)) is None:
                    problems.add(f"{name} is {cell[:20]!r}, not 1, 0, -1 or empty", columns.lines[row])
                    continue
            voters.append(ids[row])
            things.append(name)
            votes.append(value)
            lines.append(columns.lines[row])
    problems.stop()
    return Cast(
        participants=voters,
        statements=things,
        votes=votes,
        times=None,
        lines=lines,
        form="wide",
        everybody=ids,
        every_statement=names,
    )


def _plain(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")


def read_statements(path: Path) -> dict[str, Statement]:
    """Statements by id: text, and whether moderators took them out or found them to be about the process.

    A column ``moderated`` holds 1 (in), 0 (not decided, in), -1 (out), or the words in, out, meta; a column
    ``is-meta`` marks statements about the conversation itself.
    """
    table = open_table(path)
    ids = chosen_column(table, "statement", None, STATEMENT, option="such a name in its head")
    text = chosen_column(table, "text", None, TEXT, option="such a name in its head", needed=False)
    decided = chosen_column(table, "moderation", None, MODERATED, option="", needed=False)
    meta = chosen_column(table, "meta", None, META, option="", needed=False)
    columns = table.columns([name for name in (ids, text, decided, meta) if name])
    blank = [""] * len(columns)
    problems, found = _Problems(path), {}
    rows = zip(
        _stripped(columns.cells[ids]),
        columns.cells[text] if text else blank,
        columns.cells[decided] if decided else blank,
        columns.cells[meta] if meta else blank,
        columns.lines,
        strict=True,
    )
    for name, said, verdict, about, line in rows:
        standing = _STANDINGS.get(verdict.strip().casefold())
        if not name:
            problems.add(f"the statement is not named ({ids})", line)
        elif name in found:
            problems.add(f"the statement {name!r} stands twice", line)
        elif standing is None:
            problems.add(f"{decided} is {verdict[:20]!r}, not 1, 0, -1, in, out or meta", line)
        else:
            if standing == "in" and about.strip().casefold() in ("1", "true", "yes", "t"):
                standing = "meta"
            found[name] = Statement(text=said.strip(), standing=standing)
    problems.stop()
    return found


_STANDINGS: Mapping[str, str] = {
    **dict.fromkeys(("", "0", "1", "in", "true", "可"), "in"),
    **dict.fromkeys(("-1", "out", "false", "否"), "out"),
    "meta": "meta",
}


def unknown_statements(cast: Cast, known: Iterable[str], path: Path) -> None:
    """Refuse votes on statements that the file of statements does not hold, all at once."""
    there, problems = set(known), _Problems(path)
    for name, line in zip(cast.statements, cast.lines, strict=True):
        if name not in there:
            problems.add(f"the statement {name!r} is not in the file of statements", line)
    problems.stop()
