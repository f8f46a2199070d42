"""What is wrong with a report, and what in it looks wrong: sentences, each at its place.

An error must be mended. A warning is shown, and whoever takes the report in says that it was compared with
the printed one: reports round, weight and ask subgroups, and other numbers than theirs are not ours to print.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from .report import MODES, SAMPLINGS, WHOLE, Answer, Question, Report, Table, digits_of

Path = tuple[str | int, ...]
KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
MOST_DECIMALS = 4
MOST_ANSWERS = 200
FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One sentence about a place of the report: ``("questions", 0, "tables", 1, "answers", 2, "percent")``.

    ``is_error``: the report cannot be taken in before it is mended.
    """

    path: Path
    text: str
    is_error: bool = True


def findings(report: Report) -> list[Finding]:
    """Everything that is wrong or looks wrong, in the order of the report."""
    return [
        *_wave(report),
        *(
            found
            for place, question in enumerate(report.questions)
            for found in _question(report, question, ("questions", place))
        ),
        *_codes(report),
    ]


def errors(report: Report) -> list[Finding]:
    """What must be mended."""
    return [one for one in findings(report) if one.is_error]


def _error(path: Path, text: str) -> Finding:
    return Finding(path=path, text=text)


def _warning(path: Path, text: str) -> Finding:
    return Finding(path=path, text=text, is_error=False)


# ---- the wave ----------------------------------------------------------------------------------------
def _wave(report: Report) -> Iterator[Finding]:
    if not KEY.fullmatch(report.key) or len(report.key) > 60:
        yield _error(
            ("key",), _("A wave needs a key of small letters, digits and hyphens, for example 2025-1.")
        )
    if not report.title:
        yield _error(("title",), _("A wave needs a title."))
    if not FIRST_YEAR <= report.fiscal_year <= LAST_YEAR:
        yield _error(
            ("fiscal_year",), _("The year %(year)d is not plausible.") % {"year": report.fiscal_year}
        )
    if report.sampling not in SAMPLINGS:
        yield _error(("sampling",), _("Say how people were chosen: one of the words of the template."))
    if report.mode not in MODES:
        yield _error(("mode",), _("Say how people were asked: one of the words of the template."))
    if report.design_effect is not None:
        if not report.is_probability_sample:
            yield _error(("design_effect",), _("Only a probability sample has a design effect."))
        elif not 0 < report.design_effect < 1000:
            yield _error(
                ("design_effect",), _("A design effect is a positive number, mostly between 1 and 3.")
            )
        elif digits_of(report.design_effect.normalize()) > 3:
            yield _error(("design_effect",), _("A design effect has at most 3 digits after the point."))
    yield from _numbers(report)
    yield from _lengths(report)


def _numbers(report: Report) -> Iterator[Finding]:
    for name in ("asked", "answered"):
        number = getattr(report, name)
        if number is not None and not 0 <= number < 10**9:
            yield _error((name,), _("This number is not plausible."))
    if report.asked is not None and report.answered is not None and report.answered > report.asked:
        text = _("%(answered)d answered, but only %(asked)d were asked.")
        yield _error(("answered",), text % {"answered": report.answered, "asked": report.asked})
    if report.field_first and report.field_last and report.field_last < report.field_first:
        yield _error(("field_last",), _("The survey ends before it begins."))
    if report.not_run_reason:
        if report.questions:
            yield _error(("not_run_reason",), _("A wave that was not run has no questions and no tables."))
        if report.answered is not None:
            yield _error(("answered",), _("A wave that was not run has no answers."))
        return
    if report.answered is None:
        yield _warning(("answered",), _("It is not said how many people answered."))
    if not report.questions:
        yield _warning(("questions",), _("The report has no question yet."))


_LENGTHS = {"title": 200, "population": 200, "not_run_reason": 300}
_DOCUMENT_LENGTHS = {"title": 300, "publisher": 120, "url": 500, "locator": 120}


def _lengths(report: Report) -> Iterator[Finding]:
    for name, most in _LENGTHS.items():
        if len(getattr(report, name)) > most:
            yield _error((name,), _("At most %(most)d characters.") % {"most": most})
    for name, most in _DOCUMENT_LENGTHS.items():
        if len(getattr(report.document, name)) > most:
            yield _error(("document", name), _("At most %(most)d characters.") % {"most": most})
    if not report.document.title and not report.not_run_reason:
        yield _error(
            ("document", "title"), _("Give the title of the report: no number without its document.")
        )
    url = report.document.url
    if url and not re.fullmatch(r"https?://[^\s<>\"]+", url):
        yield _error(("document", "url"), _("This is not an address on the web."))


def _codes(report: Report) -> Iterator[Finding]:
    counted = Counter(one.code for one in report.questions)
    for place, question in enumerate(report.questions):
        if counted[question.code] > 1 and place > [one.code for one in report.questions].index(question.code):
            text = _("Another question has the code “%(code)s” already.")
            yield _error(("questions", place, "code"), text % {"code": question.code})


# ---- a question --------------------------------------------------------------------------------------
def _question(report: Report, question: Question, path: Path) -> Iterator[Finding]:
    if not KEY.fullmatch(question.code) or len(question.code) > 40:
        text = _(
            "A question needs a code of small letters, digits and hyphens that is the same in every wave."
        )
        yield _error((*path, "code"), text)
    if not question.wording:
        yield _error((*path, "wording"), _("The wording of the question is missing."))
    if not 0 <= question.decimals <= MOST_DECIMALS:
        text = _("At most %(most)d digits after the point.")
        yield _error((*path, "decimals"), text % {"most": MOST_DECIMALS})
        return
    if not question.tables:
        yield _error((*path, "tables"), _("The question has no table."))
    seen: set[tuple[str, str]] = set()
    for place, table in enumerate(question.tables):
        where = (*path, "tables", place)
        if table.place in seen:
            yield _error(where, _("There is a table of this group already."))
        seen.add(table.place)
        yield from _table(report, question, table, where)
    if question.tables and question.whole is None:
        yield _warning((*path, "tables"), _("There is no table of all who answered."))
    yield from _groups(question, path)


def _groups(question: Question, path: Path) -> Iterator[Finding]:
    whole = question.whole
    sizes: dict[str, int] = {}
    for place, table in enumerate(question.tables):
        if table.place == WHOLE:
            continue
        sizes[table.dimension] = sizes.get(table.dimension, 0) + (table.n or 0)
        options = {one.option for one in table.answers}
        strange = options - {one.option for one in whole.answers} if whole else set()
        if strange:
            text = _("The table of all has no answer “%(option)s”.")
            yield _warning((*path, "tables", place), text % {"option": min(strange)})
    for dimension, size in sizes.items():
        if whole is not None and whole.n is not None and size > whole.n:
            text = _("The groups of “%(dimension)s” have %(groups)d answers together, all have %(all)d.")
            shown = {"dimension": dimension, "groups": size, "all": whole.n}
            yield _warning((*path, "tables"), text % shown)


# ---- a table -----------------------------------------------------------------------------------------
def _table(report: Report, question: Question, table: Table, path: Path) -> Iterator[Finding]:
    if bool(table.dimension) != bool(table.group):
        missing = "group" if table.dimension else "dimension"
        text = _("A group needs both: by what it is divided (sex, ward) and which one it is.")
        yield _error((*path, missing), text)
    for name, most in (("dimension", 40), ("group", 80)):
        if len(getattr(table, name)) > most:
            yield _error((*path, name), _("At most %(most)d characters.") % {"most": most})
    if not table.answers:
        yield _error(path, _("The table has no answers."))
    if len(table.answers) > MOST_ANSWERS:
        text = _("A table may have at most %(most)d answers.")
        yield _error(path, text % {"most": MOST_ANSWERS})
        return
    if table.n is not None and not 0 <= table.n < 10**9:
        yield _error((*path, "n"), _("This number is not plausible."))
    elif table.n is None:
        yield _warning(
            (*path, "n"), _("It is not said how many answered this question; no interval is given.")
        )
    elif report.answered is not None and table.n > report.answered:
        text = _("%(n)d answered the question, but only %(answered)d the survey.")
        shown = {"n": table.n, "answered": report.answered}
        # A weighted base is no number of people and may lie a little above it.
        made = _warning if report.weighting else _error
        yield made((*path, "n"), text % shown)
    options = Counter(one.option for one in table.answers)
    for place, answer in enumerate(table.answers):
        where = (*path, "answers", place)
        if options[answer.option] > 1:
            text = _("The answer “%(option)s” stands twice.")
            yield _error((*where, "option"), text % {"option": answer.option})
        yield from _answer(report, question, table, answer, where)
    yield from _sums(report, question, table, path)


def _answer(
    report: Report, question: Question, table: Table, answer: Answer, path: Path
) -> Iterator[Finding]:
    if not answer.option or len(answer.option) > 120:
        yield _error(
            (*path, "option"), _("An answer needs its words, at most %(most)d characters.") % {"most": 120}
        )
    if answer.percent is None and answer.count is None and answer.score is None:
        yield _error((*path, "percent"), _("There is neither a percentage nor a count nor a score."))
    if answer.score is not None and answer.percent is not None:
        yield _error((*path, "score"), _("A line has either a percentage or a score."))
    for name in ("percent", "score"):
        number = getattr(answer, name)
        if number is None:
            continue
        if digits_of(number.normalize()) > question.decimals:
            text = _("%(number)s has more digits than the %(decimals)d printed for this question.")
            yield _error((*path, name), text % {"number": number, "decimals": question.decimals})
        if name == "percent" and not 0 <= number <= 100:
            yield _error(
                (*path, name), _("A percentage lies between 0 and 100, not %(number)s.") % {"number": number}
            )
        if name == "score" and not abs(number) < 10**6:
            yield _error((*path, name), _("This number is not plausible."))
    if answer.count is None:
        return
    if not 0 <= answer.count < 10**9:
        yield _error((*path, "count"), _("This number is not plausible."))
    elif table.n is not None and answer.count > table.n:
        text = _("%(count)d of %(n)d cannot be.")
        yield _error((*path, "count"), text % {"count": answer.count, "n": table.n})
    elif answer.percent is not None and table.n and not fits(answer.count, table.n, answer.percent, question):
        text = _("%(count)d of %(n)d is %(share)s %%, but %(printed)s %% is printed.")
        shown = {
            "count": answer.count,
            "n": table.n,
            "share": f"{100 * answer.count / table.n:.{question.decimals + 1}f}",
            "printed": format(answer.percent, "f"),
        }
        weighted = " " + _("With weights this can be right.") if report.weighting else ""
        yield _warning((*path, "percent"), text % shown + weighted)


def half_unit(decimals: int) -> Decimal:
    """Half a unit of the last printed digit: how far a rounded number may be off."""
    return Decimal(5).scaleb(-decimals - 1)


def fits(count: int, n: int, percent: Decimal, question: Question) -> bool:
    """Whether a count and a printed percentage say the same at the printed precision."""
    return abs(Decimal(100 * count) / n - percent) <= half_unit(question.decimals)


def _sums(report: Report, question: Question, table: Table, path: Path) -> Iterator[Finding]:
    lines = [one for one in table.answers if not one.subtotal]
    if question.several or not lines or any(one.score is not None for one in lines):
        return
    shares = [one.percent for one in lines if one.percent is not None]
    if len(shares) == len(lines):
        total = sum(shares, Decimal(0))
        if abs(total - 100) > half_unit(question.decimals) * len(shares):
            text = _(
                "The percentages add up to %(total)s, not to 100. "
                "Is an answer missing, or may one give several?"
            )
            yield _warning((*path, "percent"), text % {"total": format(total, "f")})
    counts = [one.count for one in lines if one.count is not None]
    if len(counts) == len(lines) and table.n is not None and sum(counts) != table.n:
        text = _("The counts add up to %(total)d, not to %(n)d.")
        yield _warning((*path, "count"), text % {"total": sum(counts), "n": table.n})
