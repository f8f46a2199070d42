"""Why Jichi proposes a judgement, in words. It is a proposal, never the city's judgement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from jichi.evaluation.rules.values import ProposalClause
from jichi.ui.content import chosen


def reason_sentences(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """The reasons of a stored proposal, one sentence each."""
    return [said for one in reasons if (said := _reason(one))]


def _reason(one: Mapping[str, Any]) -> str:
    counts: dict[str, Any] = {"n": 0, **one.get("counts", {})}
    pattern = _patterns().get(one.get("code", ""))
    if one.get("code") == "clause":
        return str(chosen(one.get("says")))
    if pattern is None:
        return ""
    try:
        return pattern % counts
    except (KeyError, ValueError):
        return ""


def _patterns() -> dict[str, str]:
    return {
        "numbers": _(
            "Of %(known)d yearly numbers, %(met)d reached their target (%(over)d exceeded it, %(well_over)d"
            " far) and %(under)d fell short (%(well_under)d far); of %(unknown)d nothing is known."
        ),
        "results": _(
            "Of %(known)d results, %(as_planned)d came as planned, %(more)d more, %(less)d less, and"
            " %(not_done)d were not done; of %(unknown)d nothing is said."
        ),
        "grades": _(
            "Of %(known)d graded indicators, %(first)d have the best grade, %(second)d the second, %(third)d"
            " the third and %(rest)d a lower one; %(unknown)d cannot be judged."
        ),
        "projects": _(
            "Of %(known)d projects with an accomplishment, %(good)d were as planned or better and %(short)d"
            " fell short; of %(unknown)d nothing is said."
        ),
    }


def clause_of_proposal(clause: ProposalClause) -> str:
    """One line of the thresholds: what is proposed, and when."""
    words = {"value": clause.value, "says": str(chosen(clause.says))}
    if not clause.value:
        return _("Nothing is proposed if: %(says)s") % words
    if clause.condition is None:
        return _("“%(value)s” in all other cases: %(says)s") % words
    return _("“%(value)s” if: %(says)s") % words
