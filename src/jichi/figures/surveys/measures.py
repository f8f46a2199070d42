"""From a question's table to a figure's value: the shares that are added, and the interval if one is allowed.

An interval is made for a probability sample only, by Wilson's method on the number of answers, divided by the
design effect where the report gives one. Otherwise it is that of a simple random sample, and the page says
that the true one is wider.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

from jichi.methods.proportions import METHOD, Proportion, wilson

from .checks import half_unit
from .report import Answer, Question, Report, Table, printed


class Lack(StrEnum):
    """Why a question's table gives no value."""

    QUESTION = "question"
    GROUP = "group"
    OPTION = "option"
    NUMBER = "number"
    SCORES = "scores"
    SEVERAL = "several"
    TOO_MUCH = "too_much"


class NoInterval(StrEnum):
    """Why a value has no interval."""

    SAMPLING = "sampling"
    SCORE = "score"
    N = "n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A figure's value as a wave gives it, or why it gives none (``lack``, and ``what`` is lacking).

    ``basis``: from ``counts``, ``percents`` or a ``score``. ``rounding`` is how far the printed share may be
    off, in points. ``no_interval`` says why there is no interval.
    """

    value: Decimal | None = None
    decimals: int = 1
    n: int | None = None
    basis: str = ""
    rounding: Decimal = Decimal(0)
    interval: tuple[Decimal, Decimal] | None = None
    method: str = ""
    no_interval: NoInterval | None = None
    lack: Lack | None = None
    what: str = ""


def measure(
    report: Report,
    code: str,
    options: Sequence[str],
    *,
    dimension: str = "",
    group: str = "",
    decimals: int = 1,
) -> Measured:
    """The share of those who gave one of ``options`` to the question ``code``, in all or in one group."""
    question = report.question(code)
    if question is None:
        return Measured(lack=Lack.QUESTION, what=code)
    table = question.table(dimension, group)
    if table is None:
        return Measured(lack=Lack.GROUP, what=group)
    lines = [table.answer(option) for option in options]
    if missing := [option for option, line in zip(options, lines, strict=True) if line is None]:
        return Measured(lack=Lack.OPTION, what=missing[0])
    return _of_lines(report, question, table, [line for line in lines if line is not None], decimals)


def _of_lines(
    report: Report, question: Question, table: Table, lines: Sequence[Answer], decimals: int
) -> Measured:
    scores = [line.score for line in lines if line.score is not None]
    if scores:
        if len(lines) > 1:
            return Measured(lack=Lack.SCORES)
        return Measured(
            value=printed(scores[0], decimals),
            decimals=decimals,
            n=table.n,
            basis="score",
            rounding=half_unit(question.decimals),
            no_interval=NoInterval.SAMPLING if not report.is_probability_sample else NoInterval.SCORE,
        )
    if question.several and len(lines) > 1:
        # One person may have given both answers: the sum is no share of people.
        return Measured(lack=Lack.SEVERAL)
    share = _share(report, question, table, lines)
    if share is None:
        return Measured(lack=Lack.NUMBER, what=lines[0].option if lines else "")
    exact, rounding, basis = share
    if exact > 100 + rounding:
        return Measured(lack=Lack.TOO_MUCH, what=format(exact.normalize(), "f"))
    exact = min(exact, Decimal(100))
    value = printed(exact, decimals)
    made = {"value": value, "decimals": decimals, "n": table.n, "basis": basis, "rounding": rounding}
    reason = no_interval(report, table)
    if reason is not None:
        return Measured(**made, no_interval=reason)  # type: ignore[arg-type]
    low, high = _interval(report, table, exact, rounding, decimals)
    return Measured(
        **made,  # type: ignore[arg-type]
        interval=(min(low, value), max(high, value)),
        method=method_of(report),
    )


def _share(
    report: Report, question: Question, table: Table, lines: Sequence[Answer]
) -> tuple[Decimal, Decimal, str] | None:
    """The share in percent, how far rounding may have moved it, and whether counts or percentages gave it."""
    counts = [line.count for line in lines if line.count is not None]
    percents = [line.percent for line in lines if line.percent is not None]
    # Weighted shares do not follow from the counts of people.
    if len(counts) == len(lines) and table.n and not (report.weighting and len(percents) == len(lines)):
        return Decimal(100 * sum(counts)) / table.n, Decimal(0), "counts"
    if len(percents) == len(lines) and percents:
        rounding = half_unit(question.decimals) * len(percents)
        return sum(percents, Decimal(0)), rounding, "percents"
    return None


def no_interval(report: Report, table: Table) -> NoInterval | None:
    """Why a share of a table has no interval; None where it has one."""
    if not report.is_probability_sample:
        return NoInterval.SAMPLING
    return None if table.n else NoInterval.N


def method_of(report: Report) -> str:
    """How an interval of the report is made: ``wilson/95/deff=1.8``, ``wilson/95/srs``."""
    if report.design_effect is None:
        return f"{METHOD}/95/srs"
    return f"{METHOD}/95/deff={report.design_effect.normalize():f}"


def proportion(report: Report, exact: Decimal, rounding: Decimal, n: int) -> Proportion:
    """A printed share as the statistics take it."""
    return Proportion(
        share=float(exact / 100),
        n=n,
        design_effect=float(report.design_effect or 1),
        rounding=float(rounding / 100),
    )


def _interval(
    report: Report, table: Table, exact: Decimal, rounding: Decimal, decimals: int
) -> tuple[Decimal, Decimal]:
    assert table.n is not None
    found = wilson(proportion(report, exact, rounding, table.n))
    unit = Decimal(1).scaleb(-decimals)
    # Rounded outwards: the printed ends enclose the computed ones.
    low = (Decimal(found.low) * 100).quantize(unit, rounding=ROUND_FLOOR)
    high = (Decimal(found.high) * 100).quantize(unit, rounding=ROUND_CEILING)
    return max(low, Decimal(0)), min(high, Decimal(100))
