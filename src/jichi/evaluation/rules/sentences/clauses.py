"""The lines of a rule, as sentences."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from jichi.evaluation.rules.stored import IN_UNIT
from jichi.evaluation.rules.values import GradingRule
from jichi.methods.rating import Bound, Clause, Combining
from jichi.ui.content import chosen
from jichi.ui.numbers import format_number, with_unit

from .told import WITHOUT_UNIT
from .words import FORMULAS, bounded, measure_name, only_where, plainly


def clause_sentence(clause: Clause) -> str:
    """One line of a rule: which grade it gives, and when."""
    if clause.measure is None or clause.bound is None or clause.limit is None:
        said = _("“%(grade)s” in all other cases") % {"grade": clause.grade}
    else:
        said = _("“%(grade)s” if: %(asks)s (%(formula)s %(sign)s %(limit)s)") % {
            "grade": clause.grade,
            "asks": asked(str(clause.measure), str(clause.bound), f"{clause.limit:f}"),
            "formula": FORMULAS[clause.measure],
            "sign": {Bound.AT_LEAST: "≥", Bound.OVER: ">", Bound.AT_MOST: "≤", Bound.BELOW: "<"}[
                clause.bound
            ],
            "limit": _limit(clause.measure, f"{clause.limit:f}", bare=True),
        }
    where = only_where(clause.where)
    return _("%(clause)s, %(where)s") % {"clause": said, "where": where} if where else said


def asked(measure: str, bound: str, limit: str, *, sign: int | None = None) -> str:
    """What a line asks of a measure, in plain words where there are any."""
    plain = plainly(measure, bound, limit, holds=True, sign=sign)
    return plain or _("%(measure)s: %(bound)s") % {
        "measure": measure_name(measure),
        "bound": bounded(bound, _limit(measure, limit)),
    }


def _limit(measure: str, limit: str, *, bare: bool = False) -> str:
    places = max(0, len(limit.partition(".")[2]))
    number = format_number(Decimal(limit), places)
    if bare or measure in WITHOUT_UNIT or measure in IN_UNIT:
        return number
    return with_unit(number, "%")


def rule_sentences(rule: GradingRule) -> list[str]:
    """Everything a rule says beside its lines: what it does with surveys, directions, series and points."""
    found = [
        _("Where a survey was not run in the year, the last value within the plan's period stands in.")
        if rule.rule.allows_last
        else _("Where a survey was not run in the year, the figure cannot be judged."),
        _("Indicators of residents' sense are graded too.")
        if rule.rule.grades_sense
        else _("Indicators of residents' sense get no grade."),
        _("Of several series the best grade stands for the whole.")
        if rule.combine is Combining.BEST
        else _("Of several series the worst grade stands for the whole."),
        _read_as(rule),
    ]
    if not rule.rule.about:
        found.append(_("A target that says “about” is not graded."))
    if rule.rule.per_year is not None:
        found.append(
            _("Each year %(percent)s %% of the target falls due.")
            % {"percent": format_number(rule.rule.per_year)}
        )
    for one in rule.unusual:
        found.append(
            _("A current value of %(years)s is pointed out: %(what)s.")
            % {"years": _(", ").join(str(year) for year in sorted(one.years)), "what": chosen(one.says)}
        )
    return found


def _read_as(rule: GradingRule) -> str:
    return {
        None: _("A target that says neither “at least” nor “at most” is not graded."),
        "ge": _("A target that says neither is read as “at least”."),
        "le": _("A target that says neither is read as “at most”."),
    }[None if rule.rule.none_as is None else str(rule.rule.none_as)]
