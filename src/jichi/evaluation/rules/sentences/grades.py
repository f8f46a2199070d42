"""How a grade came about: in one sentence, and step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.methods.rating import Outcome, Reason
from jichi.ui.content import chosen

from .clauses import asked
from .told import Told, measured
from .words import bounded, measure_name, not_here, plainly, reason_words


def short(told: Told) -> str:
    """One sentence: the numbers, what was seen of them, and the grade or why there is none."""
    facts = _facts(told)
    if not told.grade:
        cause = cause_sentence(told)
        return _("%(facts)s. %(cause)s") % {"facts": facts, "cause": cause} if facts else cause
    why = _(", ").join(_seen(told))
    words = {"facts": facts, "why": why, "grade": told.grade}
    return _("%(facts)s: %(why)s → %(grade)s") % words if why else _("%(facts)s → %(grade)s") % words


def cause_sentence(told: Told) -> str:
    """Why a figure has no grade; empty where it has one."""
    if told.grade or not told.cause:
        return ""
    return _("Cannot be judged: %(reason)s.") % {"reason": _reason(told, told.cause)}


def _reason(told: Told, reason: str) -> str:
    if reason == "break" and not told.case.get("params", {}).get("break_year"):
        return _("the definition changed between current value and target, and nothing is computed across")
    return reason_words(
        reason,
        year=told.year("year") or "—",
        break_year=_year(told.case.get("params", {}).get("break_year")),
    )


def _is_start_broken(told: Told) -> bool:
    return any(flag.get("code") == "break_start" for flag in told.beside.get("flags", ()))


def _year(year: int | None) -> str:
    return Told(grade="", cause="", case={"it": year}).year("it") or "—"


def _facts(told: Told) -> str:
    parts = []
    if told.case.get("value") is not None:
        parts.append(
            _("result %(value)s (%(year)s)") % {"value": told.value("value"), "year": told.year("value_year")}
        )
    if told.case.get("target") is not None:
        goal = told.value("target", comparator=told.case.get("comparator") or "none")
        parts.append(_("target %(value)s (%(year)s)") % {"value": goal, "year": told.year("target_year")})
    if told.case.get("start") is not None:
        parts.append(
            _("current value %(value)s (%(year)s)")
            % {"value": told.value("start"), "year": told.year("start_year")}
        )
    said = _(", ").join(parts)
    return said[:1].upper() + said[1:]


# --- what was seen --------------------------------------------------------------------------------------
def _seen(told: Told) -> list[str]:
    """What the lines that were tried showed; of several lines over one measure, the last tells its number."""
    tried = [step for step in told.steps if step["measure"] and step["value"] is not None]
    said = []
    for place, step in enumerate(tried):
        holds = step["outcome"] == Outcome.HOLDS
        plain = plainly(
            step["measure"], step["bound"], step["limit"], holds=holds, sign=told.case.get("sign")
        )
        if plain:
            said.append(plain)
        elif not any(later["measure"] == step["measure"] for later in tried[place + 1 :]):
            said.append(_number(step, told.unit, holds=holds, sign=told.case.get("sign")))
    return said


def _number(step: Mapping[str, Any], unit: str, *, holds: bool, sign: int | None) -> str:
    words = {
        "measure": measure_name(step["measure"], sign=sign),
        "value": measured(step["measure"], step["value"], unit),
        "bound": bounded(step["bound"], measured(step["measure"], step["limit"], unit)),
    }
    if holds:
        return _("%(measure)s %(value)s (%(bound)s)") % words
    return _("%(measure)s %(value)s (not %(bound)s)") % words


# --- step by step ---------------------------------------------------------------------------------------
def steps(told: Told) -> list[str]:
    """From the value that counts to the grade, one sentence for each step."""
    found = [_value(told), _target(told), _start(told), _precision(told)]
    found += [_step(told, step) for step in told.steps]
    found.append(_end(told))
    return [one for one in found if one]


def _value(told: Told) -> str:
    if told.case.get("value") is not None:
        words = {"value": told.value("value"), "year": told.year("value_year")}
        return _("The result that counts is %(value)s, of %(year)s.") % words
    note = str(chosen(told.case.get("note")))
    if note:
        return _("There is no result for %(year)s: %(note)s.") % {
            "year": told.year("year"),
            "note": note.rstrip("。."),
        }
    return _("There is no result for %(year)s.") % {"year": told.year("year")}


def _target(told: Told) -> str:
    if told.case.get("target") is None:
        return _("The plan prints no target.")
    goal = told.value("target", comparator=told.case.get("comparator") or "none")
    return _("The target is %(value)s, for %(year)s.") % {"value": goal, "year": told.year("target_year")}


def _start(told: Told) -> str:
    if told.case.get("start") is None:
        if _is_start_broken(told):
            return _("The current value is left out: %(reason)s.") % {"reason": _reason(told, "break")}
        return _("There is no current value to start from.")
    words = {"value": told.value("start"), "year": told.year("start_year")}
    return _("It starts from %(value)s, the plan's current value of %(year)s.") % words


def _precision(told: Told) -> str:
    places = int(told.case.get("decimals") or 0)
    if not places:
        return _("Everything is compared in whole numbers, as the city publishes it.")
    text = ngettext(
        "Everything is compared with %(places)d decimal, as the city publishes it.",
        "Everything is compared with %(places)d decimals, as the city publishes it.",
        places,
    )
    return text % {"places": places}


def _step(told: Told, step: Mapping[str, Any]) -> str:
    words = {"grade": step["grade"]}
    if step["outcome"] == Outcome.EMPTY:
        return _("“%(grade)s” does not exist here: %(where)s.") % {**words, "where": not_here(step["where"])}
    if not step["measure"]:
        return _("“%(grade)s” takes all that is left.") % words
    words["asks"] = asked(step["measure"], step["bound"], step["limit"], sign=told.case.get("sign"))
    if step["outcome"] == Outcome.UNDEFINED:
        broken = _is_start_broken(told) and step["reason"] == Reason.NO_START
        reason = _reason(told, "break" if broken else step["reason"] or told.cause)
        return _("“%(grade)s” needs: %(asks)s. It cannot be told: %(reason)s.") % {**words, "reason": reason}
    words["measure"] = measure_name(step["measure"], sign=told.case.get("sign"))
    words["value"] = measured(step["measure"], step["value"], told.unit)
    if step["outcome"] == Outcome.HOLDS:
        return _("“%(grade)s” needs: %(asks)s. The %(measure)s is %(value)s: this holds.") % words
    return _("“%(grade)s” needs: %(asks)s. The %(measure)s is %(value)s: this does not hold.") % words


def _end(told: Told) -> str:
    if not told.grade:
        return cause_sentence(told)
    if told.label:
        return _("So the grade is %(grade)s: %(label)s.") % {"grade": told.grade, "label": told.label}
    return _("So the grade is %(grade)s.") % {"grade": told.grade}
