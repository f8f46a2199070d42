"""``jichi survey``."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from itertools import chain, groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from jichi import __version__
from jichi.city.errors import Invalid
from jichi.city.pack import validate

from .console import Failure, result, say
from .start import start_django
from .tabular import unreadable

if TYPE_CHECKING:
    from jichi.methods.surveys.findings import Finding
    from jichi.methods.surveys.recipes import Line, Question, Reply

_SCHEMA = "config/schema/jichi-survey-1.schema.json"
_MOST_BYTES = 200 * 1024 * 1024
_MOST_DIGITS = 15


def _table(path: Path) -> tuple[dict[str, list[str]], list[int]]:
    """The columns as text, and each row's line: csv, or a workbook's first sheet; names in the first line."""
    from jichi.methods.surveys.errors import listed  # deferred: start-up
    from jichi.methods.tables.files import open_book  # deferred: start-up
    from jichi.methods.tables.grid import cell_name  # deferred: start-up
    from jichi.methods.tables.troubles import TableError  # deferred: start-up

    try:
        grid = open_book(path.read_bytes(), most_bytes=_MOST_BYTES).grid(0)
    except TableError as problem:
        raise Failure(f"{path} cannot be read as a table: {unreadable(problem.trouble)}.") from problem
    if grid.faults:
        cells = listed(cell_name(*place) for place in sorted(grid.faults))
        raise Failure(
            f"{path} holds an error or a formula without a result in {cells}: mend or empty the cell."
        )
    lines = grid.lines or range(1, len(grid.rows) + 1)
    held = [(line, row) for line, row in zip(lines, grid.rows, strict=True) if any(map(_text, row))]
    if len(held) < 2:
        raise Failure(f"{path} has no rows under its head.")
    names = [_text(cell) for cell in held[0][1]]
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        raise Failure(f"{path} has two columns called {', '.join(twice)}: give each its own name.")
    if uneven := [line for line, row in held[1:] if any(map(_text, row[len(names) :]))]:
        raise Failure(f"{path}, line {uneven[0]}: more cells than the head has names ({len(names)}).")
    columns = {
        name: [_text(row[place]) if place < len(row) else "" for _, row in held[1:]]
        for place, name in enumerate(names)
        if name
    }
    return columns, [line for line, _ in held[1:]]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _recipe(path: Path) -> Mapping[str, Any]:
    try:
        recipe: Mapping[str, Any] = json.loads(
            path.read_text(encoding="utf-8-sig"),
            object_pairs_hook=_each_once,
            parse_int=_whole,
            parse_constant=_no_constant,
        )
        validate(recipe, _SCHEMA, name=path.name)
    except RecursionError as problem:
        raise Failure(f"{path} is nested too deeply to be a recipe.") from problem
    except _Refused as problem:
        raise Failure(f"{path}: {problem}.") from problem
    except (UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise Failure(f"{path} is not JSON in UTF-8: {problem}") from problem
    except Invalid as problem:
        details = "".join(f"\n  - {one}" for texts in problem.messages.values() for one in texts)
        raise Failure(f"{path} is not a recipe of the form jichi-survey/1:{details}") from problem
    return recipe


class _Refused(Exception):
    """What JSON allows, or its reader does, and a recipe does not mean."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _value in pairs]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise _Refused(f"{', '.join(twice)} stands twice in one place: give it once")
    return dict(pairs)


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise _Refused(f"{digits[:_MOST_DIGITS]}... is longer than any number of people")
    return int(digits)


def _no_constant(word: str) -> float:
    raise _Refused(f"{word} is no number of people: give a finite number")


def _follow(recipe: Mapping[str, Any], table: Mapping[str, Sequence[str]], lines: Sequence[int]) -> Reply:
    from jichi.methods.surveys.errors import SurveyError, listed  # deferred: start-up
    from jichi.methods.surveys.recipes import follow  # deferred: start-up

    try:
        return follow(recipe, table)
    except SurveyError as problem:
        rows = problem.params.get("rows")
        where = (
            f" (in the file: line {listed(lines[row - 1] for row in rows)})" if isinstance(rows, list) else ""
        )
        raise Failure(f"{problem}{where}") from problem


@click.command("survey")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--recipe",
    "recipe_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="How the sample was drawn and weighted, and what is asked (JSON, jichi-survey/1).",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON document.")
@click.option(
    "--language",
    type=click.Choice(["ja", "ja-simple", "en"]),
    help="Say also in words what the survey can tell and what not, in this language.",
)
def command(file: Path, recipe_file: Path, as_json: bool, language: str | None) -> None:
    """Estimate from a survey's answers in FILE (csv or xlsx): shares, means, totals with their intervals.

    No installation is needed, and nothing is stored. The same file and recipe always give the same numbers.
    """
    recipe = _recipe(recipe_file)
    table, lines = _table(file)
    reply = _follow(recipe, table, lines)
    words = None if language is None else _words(reply.lines, language)
    if as_json:
        said = {} if words is None else {"language": language, "told": list(chain.from_iterable(words))}
        result({"made_from": _origins(file, recipe_file), **_document(reply), **said})
        return
    say(f"{reply.answered:,} of {reply.asked:,} rows answered; {reply.df} degrees of freedom")
    if reply.weights is not None:
        say(
            f"weights raked in {reply.weights.steps} sweeps: factors {reply.weights.factor_low:.2f} to"
            f" {reply.weights.factor_high:.2f}, design effect of spread {reply.weights.design_effect:.2f}"
        )
    for place, (heading, block) in enumerate(_blocks(reply.lines)):
        for text in _printed(heading, block):
            click.echo(text)
        for text in words[place] if words else ():
            click.echo(f"  ・{text}")


def _origins(file: Path, recipe_file: Path) -> dict[str, str]:
    """What the numbers follow from: anybody who has both files can check them."""
    return {
        "jichi": __version__,
        "answers_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "recipe_sha256": hashlib.sha256(recipe_file.read_bytes()).hexdigest(),
    }


def _document(reply: Reply) -> dict[str, Any]:
    return {
        "asked": reply.asked,
        "answered": reply.answered,
        "degrees_of_freedom": reply.df,
        "history": list(reply.history),
        "estimates": [_entry(line) for line in reply.lines],
    }


def _entry(line: Line) -> dict[str, Any]:
    estimate, interval = line.estimate, line.interval
    return {
        "question": line.question.title,
        "kind": line.question.kind,
        "group": dict(zip(line.grouping, line.group, strict=True)),
        "answer": line.answer or None,
        "value": _known(estimate.value),
        "se": _known(estimate.se),
        "low": _known(interval.low),
        "high": _known(interval.high),
        "level": interval.level,
        "interval": interval.method,
        "n": estimate.n,
        "left_out": line.left_out,
        "df": _known(estimate.df),
        "design_effect": None if estimate.deff is None else _known(estimate.deff),
        "reason": estimate.reason or interval.reason,
    }


def _known(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _blocks(lines: Sequence[Line]) -> list[tuple[tuple[Question, tuple[str, ...]], list[Line]]]:
    """Lines that belong under one heading: one question, one grouping."""
    return [(key, list(block)) for key, block in groupby(lines, lambda line: (line.question, line.grouping))]


def _label(line: Line) -> str:
    return " ".join([*line.group, line.answer]).strip()


def _printed(heading: tuple[Question, tuple[str, ...]], lines: Sequence[Line]) -> Iterator[str]:
    """A table, its columns under each other."""
    question, grouping = heading
    by = f" by {' × '.join(grouping)}" if grouping else ""
    yield f"\n{question.title}{by}"
    left_out = lines[0].left_out
    if left_out and question.kind == "total":
        yield f"  {left_out:,} without an answer or a group count as nothing: totals are too low"
    elif left_out:
        yield f"  {left_out:,} without an answer or a group are left out"
    for line in lines:
        yield f"  {_label(line) or 'all':<24} {_number(line)}  n={line.estimate.n}"


def _words(lines: Sequence[Line], language: str) -> list[list[str]]:
    """For each block of lines, what its numbers can tell and what not, in sentences."""
    with _nowhere():
        start_django(logs=False)
    from django.utils import translation  # deferred: start-up

    from jichi.figures.surveys.sentences import sentence  # deferred: start-up

    with translation.override(language):
        return [
            [unescape(str(sentence(finding))) for finding in _findings(heading, block)]
            for heading, block in _blocks(lines)
        ]


def _findings(heading: tuple[Question, tuple[str, ...]], lines: Sequence[Line]) -> list[Finding]:
    from jichi.methods.surveys.telling import Told, tell_estimates  # deferred: start-up

    question, grouping = heading
    found = tell_estimates(
        [replace(line.estimate, name=_label(line)) for line in lines],
        is_share=question.kind in ("share", "shares"),
    )
    # Of groups it is enough to know how sure they are.
    of_the_whole = {Told.NEXT_CHANGE, Told.CHANGE_NOT_SHOWN, Told.DESIGN_COST}
    return [one for one in found if not grouping or one.code not in of_the_whole]


@contextmanager
def _nowhere() -> Iterator[None]:
    """A home that is gone afterwards: words need settings, and settings would make a key in a home."""
    before = os.environ.get("JICHI_HOME")
    with TemporaryDirectory() as home:
        os.environ["JICHI_HOME"] = home
        try:
            yield
        finally:
            os.environ.pop("JICHI_HOME")
            if before is not None:
                os.environ["JICHI_HOME"] = before


def _number(line: Line) -> str:
    is_share = line.question.kind in ("share", "shares")
    estimate, interval = line.estimate, line.interval

    def shown(value: float) -> str:
        return f"{value:.1%}" if is_share else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"

    if math.isnan(estimate.value):
        return f"cannot be told ({estimate.reason})"
    if math.isnan(interval.low):
        return f"{shown(estimate.value):>9}  no interval ({estimate.reason or interval.reason})"
    return f"{shown(estimate.value):>9}  {shown(interval.low)} to {shown(interval.high)}"
