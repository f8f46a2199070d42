"""What a wave can tell and what not, in plain words: who was asked, how sure it is, what a change means.

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

from jichi.methods.proportions import Change, Proportion, change, margin, noise_of_change
from jichi.ui.numbers import fiscal_year, format_number

from .checks import half_unit
from .measures import Measured, NoInterval, proportion
from .report import Question, Report, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence; ``can`` is whether it says what the survey can tell, or a limit of it."""

    text: SafeString | str
    can: bool = True


def _points(share: float) -> str:
    return format_number(Decimal(str(share * 100)), 1)


def told(report: Report, *, not_run: Any = None, weighting: Any = None) -> list[Told]:
    """The sentences on a wave as a whole.

    ``not_run`` and ``weighting``: the report's own words in the page's language; None: as they are printed.
    """
    if report.not_run_reason:
        text = format_html(
            _("The survey was not run: {reason}. This is neither zero nor a bad result; there is no result."),
            reason=not_run or report.not_run_reason.rstrip("。."),
        )
        return [Told(text=text, can=False)]
    return [
        *_sampling(report),
        *_response(report),
        *_sureness(report),
        *_weights(report, weighting or report.weighting),
    ]


def _sampling(report: Report) -> list[Told]:
    sentences = {
        "probability": Told(
            text=_(
                "Those asked were drawn by lot, so the answers can be carried over to all who could be drawn."
            )
        ),
        "census": Told(
            text=_(
                "Everybody was asked. There is no error of sampling, and no interval is given; "
                "but those who did not answer may think differently."
            )
        ),
        "panel": Told(
            text=_(
                "Those asked had put their names down themselves. The answers tell what these people "
                "think, not what all residents think; no interval can be given."
            ),
            can=False,
        ),
        "exit": Told(
            text=_(
                "Those asked were there at the counter or the exit. The answers tell what users of that "
                "time think; no interval can be given."
            ),
            can=False,
        ),
        "other": Told(
            text=_("It is not known that those asked were drawn by lot; no interval can be given."), can=False
        ),
    }
    return [sentences[report.sampling]]


def response_rate(report: Report) -> Decimal | None:
    """Of those asked, the percentage that answered; None where one of the numbers is not known."""
    if not report.asked or report.answered is None:
        return None
    return Decimal(100 * report.answered) / report.asked


def _response(report: Report) -> list[Told]:
    rate = response_rate(report)
    if rate is None:
        return [Told(text=_("How many of those asked answered is not known."), can=False)]
    words = {
        "answered": format_number(report.answered),
        "asked": format_number(report.asked),
        "rate": format_number(rate, 1),
    }
    text = _("%(answered)s of %(asked)s people asked answered (%(rate)s %%).") % words
    if rate >= 70:
        return [Told(text=text)]
    return [Told(text=text + " " + _("Those who did not answer may think differently."), can=False)]


def _sureness(report: Report) -> list[Told]:
    if not report.is_probability_sample:
        return [Told(text=_("Whether a change from another year is chance cannot be judged."), can=False)]
    if not report.answered:
        return []
    effect = float(report.design_effect or 1)
    words = {"n": format_number(report.answered), "margin": _points(margin(report.answered, effect))}
    found = [
        Told(
            text=_(
                "With %(n)s answers a share of about one half is sure to within ±%(margin)s points "
                "(95 times of 100)."
            )
            % words
        )
    ]
    half = Proportion(share=0.5, n=report.answered, design_effect=effect)
    text = _(
        "From one such survey to the next, a change of less than about %(noise)s points "
        "cannot be told from chance."
    )
    found.append(Told(text=text % {"noise": _points(noise_of_change(half, half))}, can=False))
    return found


def _weights(report: Report, weighting: Any) -> list[Told]:
    found = []
    if report.is_probability_sample:
        if report.design_effect is not None:
            text = _("The design effect of %(effect)s that the report prints is taken into account.")
            found.append(Told(text=text % {"effect": format_number(report.design_effect)}))
        else:
            found.append(
                Told(
                    text=_(
                        "The report prints no design effect: intervals are computed as for a simple "
                        "random sample. The true ones are wider."
                    ),
                    can=False,
                )
            )
    if report.weighting:
        found.append(Told(text=format_html(_("The answers were weighted: {how}"), how=weighting)))
    return found


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
