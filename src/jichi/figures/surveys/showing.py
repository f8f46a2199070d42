"""A wave and its questions as pages show them: facts, tables with bars, what changed, what is kept back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.figures.models import Observation, SurveyQuestion, SurveyWave
from jichi.ui.content import SOURCE_LANGUAGE, Text, translated
from jichi.ui.numbers import current_language, fiscal_year, format_date, format_number, format_value
from jichi.ui.tables import Cell, Column, Table

from .measures import Measured, measure
from .protecting import hidden_groups
from .queries.reports import question_of
from .report import WHOLE, Answer, Question, Report
from .report import Table as Printed
from .telling import Compared, Told, assumed, changes_in_words, compared, doubtful_order, response_rate, told

Place = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A question ready for a page. ``crosses`` are the tables by group; ``kept_back`` says what is hidden."""

    row: SurveyQuestion
    question: Question
    wording: Text
    answer: SafeString
    table: Table | None
    crosses: tuple[Cross, ...]
    kept_back: str
    changes: tuple[tuple[SafeString, Compared], ...]
    changes_words: str
    ident: str


def word(row: SurveyQuestion | None, text: str) -> Text:
    """An answer's or a group's words in the page's language, or as the report prints them."""
    language = current_language()
    if row is None or language == SOURCE_LANGUAGE or not text:
        return Text(text, SOURCE_LANGUAGE, is_fallback=language != SOURCE_LANGUAGE and bool(text))
    found = (row.translations or {}).get(language, {}).get("words", {}).get(text)
    return Text(found, language) if found else Text(text, SOURCE_LANGUAGE, is_fallback=True)


def bar(share: Decimal, interval: tuple[Decimal, Decimal] | None = None) -> SafeString:
    """A share as a bar over the width of its cell, with its interval as a line; the number stands beside."""
    whisker = SafeString("")
    if interval is not None:
        whisker = format_html(
            '<path class="c-interval" vector-effect="non-scaling-stroke" d="M{} 11.5H{}M{} 9V14M{} 9V14"/>',
            *(f"{number:f}" for number in (interval[0], interval[1], interval[0], interval[1])),
        )
    return format_html(
        '<svg viewBox="0 0 100 14" width="100%" height="14" preserveAspectRatio="none" aria-hidden="true" '
        'focusable="false"><rect class="c-period" width="100" height="8"/>'
        '<rect class="c-dot" width="{}" height="8"/>{}</svg>',
        f"{min(max(share, Decimal(0)), Decimal(100)):f}",
        whisker,
    )


def printed_share(answer: Answer, question: Question) -> str:
    """What is printed of an answer: its percentage, its points, or how many gave it."""
    if answer.percent is not None:
        return format_value(answer.percent, "%", decimals=question.decimals)
    if answer.score is not None:
        return format_number(answer.score, question.decimals)
    return format_number(answer.count)


def whole_table(report: Report, question: Question, row: SurveyQuestion | None, ident: str) -> Table | None:
    """The answers of all, each with its bar, and its interval where the sample allows one."""
    printed = question.whole
    if printed is None:
        return None
    lines = [(answer, _measured(report, question, answer)) for answer in printed.answers]
    with_interval = any(found.interval is not None for _answer, found in lines)
    with_counts = any(answer.count is not None for answer, _found in lines)
    columns = [Column(_("Answer option"), head=True), Column(_("Share of answers"), numeric=True)]
    if with_interval:
        columns.append(Column(_("95 % interval"), numeric=True))
    if with_counts:
        columns.append(Column(_("Answers"), numeric=True))
    return Table(
        caption=_("Answers of all (n = %(n)s)") % {"n": format_number(printed.n)},
        columns=columns,
        rows=[
            _line(answer, found, question, row, with_interval=with_interval, with_counts=with_counts)
            for answer, found in lines
        ],
        note=_("Each may give several answers; the shares do not add up to 100.") if question.several else "",
        ident=f"{ident}-all",
    )


def _measured(report: Report, question: Question, answer: Answer) -> Measured:
    return measure(
        Report(
            key=report.key,
            title=report.title,
            fiscal_year=report.fiscal_year,
            sampling=report.sampling,
            weighting=report.weighting,
            design_effect=report.design_effect,
            questions=(question,),
        ),
        question.code,
        [answer.option],
        decimals=question.decimals,
    )


def _line(
    answer: Answer,
    found: Measured,
    question: Question,
    row: SurveyQuestion | None,
    *,
    with_interval: bool,
    with_counts: bool,
) -> list[Cell]:
    label = word(row, answer.option).html
    if answer.percent is not None:
        label = format_html("{}{}", label, bar(answer.percent, found.interval))
    cells = [
        Cell(label, note=_("subtotal") if answer.subtotal else ""),
        Cell(printed_share(answer, question)),
    ]
    if with_interval:
        cells.append(Cell(interval_words(found, "") or "—"))
    if with_counts:
        cells.append(Cell(format_number(answer.count)))
    return cells


def interval_words(found: Measured, unit: str = "%") -> str:
    """「49.3〜54.7 %」, or nothing."""
    if found.interval is None:
        return ""
    return _("%(low)s to %(high)s") % {
        "low": format_number(found.interval[0], found.decimals),
        "high": format_value(found.interval[1], unit, decimals=found.decimals),
    }


def interval_words_of(row: Observation, unit: str) -> str:
    """The interval of a stored value in words, or nothing."""
    if row.interval_low is None or row.interval_high is None:
        return ""
    return _("95 %% interval: %(ends)s") % {
        "ends": _("%(low)s to %(high)s")
        % {
            "low": format_number(row.interval_low, row.decimals),
            "high": format_value(row.interval_high, unit, decimals=row.decimals),
        }
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Cross:
    """Answers down, groups across. ``heads`` are the groups with their base, ``rows`` answers and shares."""

    caption: SafeString
    heads: tuple[tuple[SafeString, str], ...]
    rows: tuple[tuple[SafeString, tuple[str, ...]], ...]


def cross_tables(
    question: Question, row: SurveyQuestion | None, hidden: frozenset[Place]
) -> tuple[Cross, ...]:
    """One table for each way of dividing; hidden groups keep their column."""
    found: dict[str, list[Printed]] = {}
    for table in question.tables:
        if table.place != WHOLE:
            found.setdefault(table.dimension, []).append(table)
    return tuple(_cross(question, row, dimension, tables, hidden) for dimension, tables in found.items())


def _cross(
    question: Question,
    row: SurveyQuestion | None,
    dimension: str,
    tables: Sequence[Printed],
    hidden: frozenset[Place],
) -> Cross:
    def share(table: Printed, option: str) -> str:
        answer = table.answer(option)
        return "—" if answer is None or table.place in hidden else printed_share(answer, question)

    options = dict.fromkeys(answer.option for table in tables for answer in table.answers)
    return Cross(
        caption=format_html(_("By {dimension}"), dimension=word(row, dimension).html),
        heads=tuple(
            (
                word(row, table.group).html,
                "" if table.place in hidden or table.n is None else f"n = {format_number(table.n)}",
            )
            for table in tables
        ),
        rows=tuple(
            (word(row, option).html, tuple(share(table, option) for table in tables)) for option in options
        ),
    )


def shown_question(
    report: Report,
    row: SurveyQuestion,
    *,
    earlier: tuple[Report, SurveyQuestion] | None = None,
    least: int | None = None,
) -> Shown:
    """A question for a page. ``least``: groups with fewer answers are kept back; None shows all (to staff).

    ``earlier`` is the wave before in which the question followed the same definition, with its row.
    """
    question, ident = question_of(row), f"q{row.pk}"
    hidden = hidden_groups(question, least) if least is not None else frozenset[Place]()
    changes: list[Compared] = []
    if earlier is not None and WHOLE not in hidden:
        before, stood = earlier[0], question_of(earlier[1])
        if least is None or WHOLE not in hidden_groups(stood, least):
            changes = compared(report, question, before, stood, same_definition=True)
    kept_back = ""
    if hidden:
        kept_back = _(
            "Groups with fewer than %(least)d answers, and those from which they could be worked out, "
            "are not shown (—)."
        ) % {"least": least}
    return Shown(
        row=row,
        question=question,
        wording=translated(row, "wording"),
        answer=_answer(report, question, row) if WHOLE not in hidden else SafeString(""),
        table=whole_table(report, question, row, ident) if WHOLE not in hidden else None,
        crosses=cross_tables(question, row, hidden),
        kept_back=kept_back,
        changes=tuple((word(row, one.option).html, one) for one in changes),
        changes_words=changes_in_words(changes),
        ident=ident,
    )


def _answer(report: Report, question: Question, row: SurveyQuestion) -> SafeString:
    """The commonest answer in a sentence, and whether another one may be commoner among all."""
    table = question.whole
    lines = [one for one in table.answers if one.percent is not None and not one.subtotal] if table else []
    if not lines:
        return SafeString("")
    most = max(lines, key=lambda one: one.percent or 0)
    words = {
        "share": format_value(most.percent, "%", decimals=question.decimals),
        "option": word(row, most.option).html,
    }
    said = format_html(_("Most often given: {option} ({share})"), **words)
    doubt = doubtful_order(report, question, words["option"])
    return format_html("{}<br>{}", said, doubt) if doubt else said


# ---- the wave ----------------------------------------------------------------------------------------
def wave_facts(wave: SurveyWave, report: Report) -> list[dict[str, Any]]:
    """How people were asked, as terms and what is said of them."""
    rate = response_rate(report)
    answered = format_number(report.answered)
    if rate is not None:
        words = {"answered": answered, "asked": format_number(report.asked), "rate": format_number(rate, 1)}
        answered = _("%(answered)s of %(asked)s (%(rate)s %%)") % words
    field = " – ".join(
        format_date(day, weekday=False) for day in (report.field_first, report.field_last) if day
    )
    rows = [
        (_("Survey"), translated(wave.survey, "title").html),
        (_("Fiscal year"), fiscal_year(wave.fiscal_year)),
        (_("Why it was not run"), translated(wave, "not_run_reason").html),
        (_("How people were chosen"), wave.get_sampling_display()),
        (_("Design of the sample"), translated(wave, "design").html),
        (_("Who could be chosen"), translated(wave, "population").html),
        (_("How they were asked"), wave.get_mode_display()),
        (_("Dates of the survey"), field),
        (_("People who answered"), answered if report.answered is not None else ""),
        (_("Weights"), translated(wave, "weighting").html),
        (_("Design effect"), format_number(report.design_effect) if report.design_effect else ""),
        (_("What its intervals take for granted"), _listed(assumed(report))),
    ]
    return [{"term": term, "value": value} for term, value in rows if value]


def _listed(lines: Sequence[str]) -> SafeString:
    if not lines:
        return SafeString("")
    items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html('<ul class="bullets">{}</ul>', items)


def told_of(wave: SurveyWave, report: Report) -> list[Told]:
    """What the wave can tell and what not, its own words in the page's language."""
    return told(
        report,
        not_run=translated(wave, "not_run_reason").html,
        weighting=translated(wave, "weighting").html,
    )


def wave_sentence(report: Report) -> str:
    """How many of how many answered, or that the wave was not run; empty where nothing is known."""
    if report.not_run_reason:
        return _("The survey was not run.")
    if report.answered is None:
        return ""
    words = {"asked": format_number(report.asked), "answered": format_number(report.answered)}
    if report.asked is None:
        return _("%(answered)s people answered") % words
    return _("%(answered)s of %(asked)s people answered") % words


def wave_heading(wave: SurveyWave, report: Report) -> SafeString:
    """The wave in one sentence with its title."""
    sentence = wave_sentence(report)
    title = translated(wave, "title").html
    return format_html(_("{title}: {what}"), title=title, what=sentence) if sentence else title
