"""What the statistics find of a survey, in the page's language: one sentence for each code.

The findings come from :mod:`jichi.methods.surveys`; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.methods.surveys.findings import Finding
from jichi.methods.surveys.planning.targets import TargetCode
from jichi.methods.surveys.published.tables import Assumed
from jichi.methods.surveys.telling import Told
from jichi.ui.numbers import fiscal_year, format_number, format_value

Text = str | SafeString
Params = Mapping[str, Any]


def points(share: float) -> str:
    """A share or a change of one in percent or points, to one digit, without its sign."""
    return format_number(Decimal(str(abs(share) * 100)), 1)


def sentence(finding: Finding) -> Text:
    """A finding in the page's language."""
    return _SENTENCES[finding.code](finding.params)


def assumed_words(code: Assumed) -> str:
    """What an interval takes for granted, in the page's language."""
    return {
        Assumed.SIMPLE_RANDOM: _("that people were drawn one by one, as the report prints no design effect"),
        Assumed.ANSWERERS_ALIKE: _("that those who did not answer think like those who did"),
        Assumed.ENDLESS_POPULATION: _("that the population is much larger than the sample"),
        Assumed.ROUNDING_ENCLOSED: _("that printed shares are rounded, which is allowed for"),
        Assumed.WEIGHTS_FREE: _("that weighting made nothing less sure"),
        Assumed.SAME_EFFECT: _("that the design effect of the whole holds for a part of the sample"),
        Assumed.WAVES_APART: _("that nobody was asked in both surveys"),
        Assumed.GROUPS_APART: _("that nobody belongs to both groups"),
        Assumed.SAME_QUESTION: _("that both surveys asked the same"),
        Assumed.LEAST_SHARED: _("that as few people as possible gave both answers"),
        Assumed.STRAIGHT_LINE: _("that the share moves evenly"),
    }[code]


# ---- how people were chosen, and how many answered ---------------------------------------------------
def _drawn_by_lot(told: Params) -> Text:
    return _("Those asked were drawn by lot, so the answers can be carried over to all who could be drawn.")


def _everybody_asked(told: Params) -> Text:
    return _(
        "Everybody was asked. There is no error of sampling, and no interval is given; "
        "but those who did not answer may think differently."
    )


def _volunteers(told: Params) -> Text:
    return _(
        "Those asked had put their names down themselves. The answers tell what these people "
        "think, not what all residents think; no interval can be given."
    )


def _at_the_exit(told: Params) -> Text:
    return _(
        "Those asked were there at the counter or the exit. The answers tell what users of that "
        "time think; no interval can be given."
    )


def _quota(told: Params) -> Text:
    return _(
        "Those asked were chosen so that each group has its share, not by lot; no interval can be given."
    )


def _sampling_unknown(told: Params) -> Text:
    return _("It is not known that those asked were drawn by lot; no interval can be given.")


def _not_run(told: Params) -> Text:
    return _("The survey was not run.")


def _response_unknown(told: Params) -> Text:
    return _("How many of those asked answered is not known.")


def _response(told: Params) -> Text:
    words = {
        "answered": format_number(told["answered"]),
        "asked": format_number(told["asked"]),
        "rate": format_number(Decimal(100 * told["answered"]) / Decimal(told["asked"]), 1),
    }
    return _("%(answered)s of %(asked)s people asked answered (%(rate)s %%).") % words


# ---- how sure a wave is --------------------------------------------------------------------------------
def _sure_to(told: Params) -> Text:
    text = _(
        "With %(n)s answers a share of about one half is sure to within ±%(margin)s points (95 times of 100)."
    )
    return text % {"n": format_number(told["n"]), "margin": points(told["margin"])}


def _noise(told: Params) -> Text:
    text = _(
        "From one such survey to the next, a change of less than about %(noise)s points "
        "cannot be told from chance."
    )
    return text % {"noise": points(told["noise"])}


def _tenths(power: float) -> int:
    return round(10 * power)


def _smallest_change(told: Params) -> Text:
    text = _(
        "A true change of about %(smallest)s points or more shows in the next such survey "
        "%(times)d times of 10."
    )
    return text % {"smallest": points(told["smallest"]), "times": _tenths(told["power"])}


def _change_not_shown(told: Params) -> Text:
    text = _("With %(n)s answers no change can be relied on to show in the next such survey.")
    return text % {"n": format_number(told["n"])}


def _change_not_judged(told: Params) -> Text:
    return _("Whether a change from another year is chance cannot be judged.")


def _effect_printed(told: Params) -> Text:
    text = _("The design effect of %(effect)s that the report prints is taken into account.")
    return text % {"effect": format_number(Decimal(str(told["effect"])).normalize())}


def _no_effect(told: Params) -> Text:
    return _(
        "The report prints no design effect: intervals are computed as for a simple "
        "random sample. The true ones are wider."
    )


def _weighted(told: Params) -> Text:
    return _("The answers were weighted.")


# ---- a question's table --------------------------------------------------------------------------------
def _leads(told: Params) -> Text:
    return format_html(_("“{option}” is surely the commonest answer."), option=told["option"])


def _leaders(told: Params) -> Text:
    return format_html(
        _("Whether “{option}” is the commonest cannot be told: {count} answers may be."),
        option=told["option"],
        count=told["count"],
    )


def _table_unsure(told: Params) -> Text:
    text = _("Only %(n)s answered: a share is sure to within ±%(margin)s points, which is little.")
    return text % {"n": format_number(told["n"]), "margin": points(told["margin"])}


def _table_not_judged(told: Params) -> Text:
    return _("Whether the order of the answers is the same among all residents cannot be judged.")


# ---- estimates from the answers themselves -------------------------------------------------------------
def _amount(value: float, told: Params) -> str:
    if told["is_share"]:
        return format_value(Decimal(str(value * 100)), "%", decimals=1)
    return format_number(Decimal(str(value)), 1)


def _reach(told: Params, name: str = "margin") -> str:
    if told["is_share"]:
        return _("%(value)s points") % {"value": points(told[name])}
    return format_number(Decimal(str(told[name])), 1)


def _named(told: Params, text: str) -> Text:
    return format_html(_("{name}: {what}"), name=told["name"], what=text) if told["name"] else text


def _estimate_sure_to(told: Params) -> Text:
    text = _("%(value)s, sure to within ±%(margin)s (%(times)d times of 100).")
    words = {
        "value": _amount(told["value"], told),
        "margin": _reach(told),
        "times": round(100 * told["level"]),
    }
    return _named(told, text % words)


def _estimate_unsure(told: Params) -> Text:
    text = _("About %(value)s, but it may be off by %(margin)s: too unsure to compare.")
    return _named(told, text % {"value": _amount(told["value"], told), "margin": _reach(told)})


def _no_error(told: Params) -> Text:
    return _named(told, _("How sure it is cannot be computed."))


def _few_clusters(told: Params) -> Text:
    text = _("Those asked live in few places (%(df)s degrees of freedom); the margins are themselves rough.")
    return text % {"df": format_number(Decimal(str(round(told["df"], 1))).normalize())}


def _design_cost(told: Params) -> Text:
    text = _("%(n)s answers are as sure as %(effective)s of people drawn one by one.")
    return text % {"n": format_number(told["n"]), "effective": format_number(round(told["effective"]))}


def _next_change(told: Params) -> Text:
    text = _(
        "A true change of about %(smallest)s or more shows in the next survey run alike "
        "%(times)d times of 10."
    )
    return _named(told, text % {"smallest": _reach(told, "smallest"), "times": _tenths(told["power"])})


# ---- areas ---------------------------------------------------------------------------------------------
def _areas_modelled(told: Params) -> Text:
    text = _(
        "The estimates of %(areas)d areas borrow from one another; their errors are about %(gain)s %% "
        "smaller than from each area's answers alone."
    )
    return text % {"areas": told["areas"], "gain": format_number(round(100 * told["gain"]))}


def _areas_alike(told: Params) -> Text:
    return _("The areas differ no more than chance makes them; no difference between them can be told.")


def _areas_few(told: Params) -> Text:
    return _("With only %(areas)d areas the model is rough.") % {"areas": told["areas"]}


def _areas_not_sampled(told: Params) -> Text:
    return format_html(_("Nobody answered there; the model alone speaks: {names}"), names=told["names"])


def _areas_pulling(told: Params) -> Text:
    return format_html(_("The model leans much on these areas: {names}"), names=told["names"])


def _areas_not_converged(told: Params) -> Text:
    return _("The model could not be fitted; the areas' estimates are not to be used.")


# ---- targets -------------------------------------------------------------------------------------------
def _step_visible(told: Params) -> Text:
    text = _(
        "The survey can judge each step: from one survey to the next the plan promises %(step)s points, "
        "and a change of %(smallest)s points or more shows."
    )
    return text % {"step": points(told["step"]), "smallest": points(told["smallest"])}


def _step_below_noise(told: Params) -> Text:
    words = {"step": points(told["step"])}
    if told["smallest"] is None:
        text = _(
            "The survey cannot judge each step: from one survey to the next the plan promises %(step)s "
            "points, and so few answers show no change."
        )
        return text % words
    text = _(
        "The survey cannot judge each step: from one survey to the next the plan promises %(step)s points, "
        "but only a change of %(smallest)s points or more shows."
    )
    return text % {**words, "smallest": points(told["smallest"])}


def _way_visible(told: Params) -> Text:
    text = _("The whole way of %(way)s points can be told from chance.")
    return text % {"way": points(told["way"])}


def _way_below_noise(told: Params) -> Text:
    text = _("Not even the whole way of %(way)s points can be told from chance.")
    return text % {"way": points(told["way"])}


def _seen_first(told: Params) -> Text:
    return _("A steady change will first show in %(year)s.") % {"year": fiscal_year(told["year"])}


def _needed_for_step(told: Params) -> Text:
    if told["n"] is None:
        return _("No survey could show such a step.")
    text = _("To show such a step, about %(n)s answers would be needed each time.")
    return text % {"n": format_number(told["n"])}


def _needed_for_way(told: Params) -> Text:
    if told["n"] is None:
        return _("No survey could show the whole way.")
    text = _("To show the whole way, about %(n)s answers would be needed each time.")
    return text % {"n": format_number(told["n"])}


def _no_way(told: Params) -> Text:
    if told["smallest"] is None:
        return _("The target is to stay where it is; so few answers show no fall.")
    text = _("The target is to stay where it is; a fall shows from about %(smallest)s points on.")
    return text % {"smallest": points(told["smallest"])}


def _no_wave_at_end(told: Params) -> Text:
    text = _("No survey falls into %(year)s; the last before it is that of %(last)s.")
    return text % {"year": fiscal_year(told["year"]), "last": fiscal_year(told["last"])}


def _start_unsure(told: Params) -> Text:
    text = _("The start itself is sure only to within ±%(margin)s points.")
    return text % {"margin": points(told["margin"])}


_SENTENCES: Mapping[str, Callable[[Params], Text]] = {
    Told.NOT_RUN: _not_run,
    Told.DRAWN_BY_LOT: _drawn_by_lot,
    Told.EVERYBODY_ASKED: _everybody_asked,
    Told.VOLUNTEERS: _volunteers,
    Told.AT_THE_EXIT: _at_the_exit,
    Told.QUOTA: _quota,
    Told.SAMPLING_UNKNOWN: _sampling_unknown,
    Told.RESPONSE: _response,
    Told.RESPONSE_UNKNOWN: _response_unknown,
    Told.SURE_TO: _sure_to,
    Told.NOISE: _noise,
    Told.SMALLEST_CHANGE: _smallest_change,
    Told.CHANGE_NOT_SHOWN: _change_not_shown,
    Told.CHANGE_NOT_JUDGED: _change_not_judged,
    Told.EFFECT_PRINTED: _effect_printed,
    Told.NO_EFFECT: _no_effect,
    Told.WEIGHTED: _weighted,
    Told.LEADS: _leads,
    Told.LEADERS: _leaders,
    Told.TABLE_UNSURE: _table_unsure,
    Told.TABLE_NOT_JUDGED: _table_not_judged,
    Told.ESTIMATE_SURE_TO: _estimate_sure_to,
    Told.ESTIMATE_UNSURE: _estimate_unsure,
    Told.NO_ERROR: _no_error,
    Told.FEW_CLUSTERS: _few_clusters,
    Told.DESIGN_COST: _design_cost,
    Told.NEXT_CHANGE: _next_change,
    Told.AREAS_MODELLED: _areas_modelled,
    Told.AREAS_ALIKE: _areas_alike,
    Told.AREAS_FEW: _areas_few,
    Told.AREAS_NOT_SAMPLED: _areas_not_sampled,
    Told.AREAS_PULLING: _areas_pulling,
    Told.AREAS_NOT_CONVERGED: _areas_not_converged,
    TargetCode.STEP_VISIBLE: _step_visible,
    TargetCode.STEP_BELOW_NOISE: _step_below_noise,
    TargetCode.WAY_VISIBLE: _way_visible,
    TargetCode.WAY_BELOW_NOISE: _way_below_noise,
    TargetCode.SEEN_FIRST: _seen_first,
    TargetCode.NEEDED_FOR_STEP: _needed_for_step,
    TargetCode.NEEDED_FOR_WAY: _needed_for_way,
    TargetCode.NO_WAY: _no_way,
    TargetCode.NO_WAVE_AT_END: _no_wave_at_end,
    TargetCode.START_UNSURE: _start_unsure,
}
