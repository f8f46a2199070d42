"""What a wave can tell and what not, in plain words: who was asked, how sure it is, what a change means.

What is found comes from the statistics as codes; here the report's own words are added to their sentences.
A change between two waves is called distinguishable from chance or not only where both are probability
samples and follow the same definition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.methods.proportions import Change, change
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.findings import Finding, find
from jichi.methods.surveys.published.tables import Published, Sampling, judge_share
from jichi.methods.surveys.telling import Told as Code
from jichi.methods.surveys.telling import WaveFacts, tell_table, tell_wave
from jichi.ui.numbers import fiscal_year, format_number

from .checks import half_unit
from .measures import Measured, NoInterval, proportion
from .report import Question, Report, Table
from .sentences import assumed_words, sentence

_UNWEIGHTED = {"", "-", "なし", "無し", "無", "none", "no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence; ``can`` is whether it says what the survey can tell, or a limit of it."""

    text: SafeString | str
    can: bool = True


def told(report: Report, *, not_run: Any = None, weighting: Any = None) -> list[Told]:
    """The sentences on a wave as a whole.

    ``not_run`` and ``weighting``: the report's own words in the page's language; None: as they are printed.
    """
    found = tell_wave(
        WaveFacts(
            sampling=report.sampling,
            asked=report.asked,
            answered=report.answered,
            design_effect=_effect(report),
            weighted=_is_weighted(report),
            was_run=not report.not_run_reason,
        )
    )
    own = {
        Code.NOT_RUN: not_run or report.not_run_reason.rstrip("。."),
        Code.WEIGHTED: weighting or report.weighting,
    }
    return [Told(text=_words(one, own.get(Code(one.code), "")), can=one.can) for one in found]


def _words(finding: Finding, own: Any) -> SafeString | str:
    """A finding as a sentence, with the report's own words where it has some."""
    if finding.code == Code.NOT_RUN:
        return format_html(
            _("The survey was not run: {reason}. This is neither zero nor a bad result; there is no result."),
            reason=own,
        )
    if finding.code == Code.WEIGHTED:
        return format_html(_("The answers were weighted: {how}"), how=own)
    text = sentence(finding)
    if finding.code == Code.RESPONSE and not finding.can:
        return f"{text} {_('Those who did not answer may think differently.')}"
    return text


def assumed(report: Report) -> list[str]:
    """What the intervals of a wave take for granted; nothing where it has none."""
    if not report.is_probability_sample or not report.answered or not report.questions:
        return []
    share = Published(
        share=0.5,
        n=report.answered,
        sampling=Sampling(report.sampling),
        design_effect=_effect(report),
        rounding=float(half_unit(report.questions[0].decimals) / 100),
        weighted=_is_weighted(report),
    )
    return [assumed_words(one) for one in judge_share(share).assumed]


def response_rate(report: Report) -> Decimal | None:
    """Of those asked, the percentage that answered; None where one of the numbers is not known."""
    if not report.asked or report.answered is None:
        return None
    return Decimal(100 * report.answered) / report.asked


def doubtful_order(report: Report, question: Question, option: SafeString | str) -> SafeString | str:
    """That the commonest answer, ``option`` in the page's words, may be another; empty where it surely leads.

    Empty as well where nothing can be said of chance, which the wave's own sentences say once for all.
    """
    table = question.whole
    lines = [one for one in table.answers if one.percent is not None and not one.subtotal] if table else []
    if table is None or not table.n or not report.is_probability_sample or len(lines) < 2:
        return ""
    shares = [
        Published(
            share=float((one.percent or 0) / 100),
            n=table.n,
            sampling=Sampling.PROBABILITY,
            design_effect=_effect(report),
            rounding=float(half_unit(question.decimals) / 100),
        )
        for one in lines
    ]
    try:
        found = tell_table([one.option for one in lines], shares, several=question.several)
    except SurveyError:
        # Shares that add up to more than all: the report's checks say so where it is taken in.
        return ""
    doubt = find(found, Code.LEADERS)
    if doubt is None:
        return ""
    return sentence(Finding(code=doubt.code, can=False, params={**doubt.params, "option": option}))


def _effect(report: Report) -> float | None:
    return None if report.design_effect is None else float(report.design_effect)


def _is_weighted(report: Report) -> bool:
    """Whether the report says that answers were weighted; many say in so many words that they were not."""
    return report.weighting.strip().casefold() not in _UNWEIGHTED


def no_interval_words(measured: Measured) -> str:
    """Why a value has no interval."""
    if measured.no_interval is None:
        return ""
    return {
        NoInterval.SAMPLING: _("No interval: this is no probability sample."),
        NoInterval.SCORE: _("No interval: the report does not print how far the points are spread."),
        NoInterval.N: _("No interval: the report does not print how many answered."),
    }[measured.no_interval]


# ---- changes between waves ---------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One answer in two waves. ``change`` is None where it cannot be judged, and ``why`` says why."""

    question: Question
    option: str
    earlier: Report
    before: Decimal
    now: Decimal
    decimals: int
    change: Change | None
    why: str = ""

    @property
    def words(self) -> str:
        """The comparison in one sentence."""
        params = {
            "before": format_number(self.before, self.decimals),
            "before_year": fiscal_year(self.earlier.fiscal_year, style="short"),
            "now": format_number(self.now, self.decimals),
        }
        if self.change is None:
            return (
                _("%(before)s %% (%(before_year)s) → %(now)s %%: it cannot be judged whether this is chance.")
                % params
            )
        if self.change.is_distinguishable:
            return (
                _("%(before)s %% (%(before_year)s) → %(now)s %%: more than chance alone would make.") % params
            )
        return _("%(before)s %% (%(before_year)s) → %(now)s %%: this can be chance.") % params


def compared(
    report: Report, question: Question, earlier: Report, before: Question, *, same_definition: bool
) -> list[Compared]:
    """Each answer of all who answered, beside that of an earlier wave. Only within one definition."""
    now, then = question.whole, before.whole
    if not same_definition or now is None or then is None:
        return []
    found = []
    for answer in now.answers:
        stood = then.answer(answer.option)
        if answer.percent is None or stood is None or stood.percent is None:
            continue
        made = _change(report, question, now, answer.percent, earlier, before, then, stood.percent)
        found.append(
            Compared(
                question=question,
                option=answer.option,
                earlier=earlier,
                before=stood.percent,
                now=answer.percent,
                decimals=max(question.decimals, before.decimals),
                change=made,
            )
        )
    return found


def _change(
    report: Report,
    question: Question,
    now: Table,
    share: Decimal,
    earlier: Report,
    before: Question,
    then: Table,
    stood: Decimal,
) -> Change | None:
    if not (report.is_probability_sample and earlier.is_probability_sample and now.n and then.n):
        return None
    return change(
        proportion(earlier, stood, half_unit(before.decimals), then.n),
        proportion(report, share, half_unit(question.decimals), now.n),
    )


def change_of(report: Report, measured: Measured, earlier: Report, before: Measured) -> Change | None:
    """The change of a figure's value between two waves of the same definition; None where none is judged."""
    if not (report.is_probability_sample and earlier.is_probability_sample):
        return None
    if measured.value is None or before.value is None or not measured.n or not before.n:
        return None
    if "score" in {measured.basis, before.basis}:
        return None
    return change(
        proportion(earlier, before.value, max(before.rounding, half_unit(before.decimals)), before.n),
        proportion(report, measured.value, max(measured.rounding, half_unit(measured.decimals)), measured.n),
    )


def changes_in_words(found: Sequence[Compared]) -> str:
    """How many of the answers changed more than chance would make, in one sentence."""
    judged = [one for one in found if one.change is not None]
    if not judged:
        return ""
    changed = sum(one.change.is_distinguishable for one in judged if one.change is not None)
    words = {
        "changed": changed,
        "all": len(judged),
        "year": fiscal_year(judged[0].earlier.fiscal_year, style="short"),
    }
    if not changed:
        return _("No answer changed from %(year)s by more than chance alone would make.") % words
    return (
        _("Of %(all)d answers, %(changed)d changed from %(year)s by more than chance alone would make.")
        % words
    )
