"""What differs between a wave's report as it stands and the one about to be taken in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .report import FACTS, Answer, Question, Report, Table, fact

_LINE = ("percent", "count", "score", "subtotal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place that differs. ``kind`` is ``added``, ``gone`` or ``changed``; ``what`` names the fact.

    ``question``, ``dimension``, ``group`` and ``option`` say where; all empty for a fact of the wave.
    """

    kind: str
    what: str
    question: str = ""
    dimension: str = ""
    group: str = ""
    option: str = ""
    before: str = ""
    after: str = ""


def text_of(value: Any) -> str:
    """A fact as text for a comparison a person reads."""
    if value is None:
        return ""
    if hasattr(value, "normalize") and not isinstance(value, str):
        return format(value.normalize(), "f")
    return str(value)


def differences(before: Report, after: Report) -> list[Difference]:
    """Every difference, in the order of the report; none where both say the same."""
    return list(_facts(before, after)) + list(_questions(before, after))


def _facts(before: Report, after: Report) -> Iterator[Difference]:
    for name in FACTS:
        old, new = fact(before, name), fact(after, name)
        if old != new:
            yield Difference(kind="changed", what=name, before=text_of(old), after=text_of(new))


def _questions(before: Report, after: Report) -> Iterator[Difference]:
    for question in after.questions:
        old = before.question(question.code)
        if old is None:
            yield Difference(kind="added", what="question", question=question.code, after=question.wording)
        else:
            yield from _question(old, question)
    for question in before.questions:
        if after.question(question.code) is None:
            yield Difference(kind="gone", what="question", question=question.code, before=question.wording)


def _question(old: Question, new: Question) -> Iterator[Difference]:
    for name in ("wording", "several", "decimals"):
        if getattr(old, name) != getattr(new, name):
            yield Difference(
                kind="changed",
                what=name,
                question=new.code,
                before=text_of(getattr(old, name)),
                after=text_of(getattr(new, name)),
            )
    for table in new.tables:
        stood = old.table(*table.place)
        if stood is None:
            yield _table("added", new, table)
        else:
            yield from _lines(new, stood, table)
    for table in old.tables:
        if new.table(*table.place) is None:
            yield _table("gone", new, table)


def _table(kind: str, question: Question, table: Table) -> Difference:
    return Difference(
        kind=kind, what="table", question=question.code, dimension=table.dimension, group=table.group
    )


def _lines(question: Question, old: Table, new: Table) -> Iterator[Difference]:
    where = {"question": question.code, "dimension": new.dimension, "group": new.group}
    if old.n != new.n:
        yield Difference(kind="changed", what="n", before=text_of(old.n), after=text_of(new.n), **where)
    for line in new.answers:
        stood = old.answer(line.option)
        if stood is None:
            yield Difference(kind="added", what="answer", option=line.option, after=_said(line), **where)
            continue
        for name in _LINE:
            if getattr(stood, name) != getattr(line, name):
                yield Difference(
                    kind="changed",
                    what=name,
                    option=line.option,
                    before=text_of(getattr(stood, name)),
                    after=text_of(getattr(line, name)),
                    **where,
                )
    for line in old.answers:
        if new.answer(line.option) is None:
            yield Difference(kind="gone", what="answer", option=line.option, before=_said(line), **where)
    common = [one.option for one in old.answers if new.answer(one.option) is not None]
    if common != [one.option for one in new.answers if old.answer(one.option) is not None]:
        yield Difference(kind="changed", what="order", **where)


def _said(line: Answer) -> str:
    return text_of(next((one for one in (line.percent, line.count, line.score) if one is not None), None))
