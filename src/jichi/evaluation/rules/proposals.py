"""What Jichi would propose for a judgement, from the evidence alone, by thresholds that are data.

A proposal is never the city's judgement: a person decides, and the pack's file is named Jichi's proposal. It
is made of counts, its conditions are over these counts, and where they say nothing there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from jichi.evaluation.fields import RESULT_PLANNED, RESULT_STATE, RESULTS
from jichi.methods.expressions import evaluate

from .values import ProposalPart, ProposalRule

Reasons = list[dict[str, Any]]
"""Structured reasons, kept with the proposal: each a ``code`` and its ``counts``, or what a line says."""

STATES = ("as_planned", "more", "less", "not_done")


def propose_project(
    values: Mapping[str, Any], numbers: Sequence[Mapping[str, Any]], rule: ProposalRule
) -> tuple[str, Reasons] | None:
    """The accomplishment of a project, from its yearly targets only.

    Parameters
    ----------
    values
        The sheet's answers; of them only the rows of ``results`` count, with their ``result_state``.
    numbers
        The yearly numbers: ``target``, ``actual`` (decimal texts or None), ``comparator``, ``decimals``.
    rule
        The thresholds.

    Returns
    -------
    (value, reasons), or None where the rule says nothing of projects or the counts do not suffice.
    """
    if rule.project is None:
        return None
    counts = count_project(values, numbers, rule.project)
    return _propose(counts, rule.project, _project_reasons(counts))


def propose_measure(
    grades: Sequence[int | None], projects: Sequence[str | None], rule: ProposalRule
) -> tuple[str, Reasons] | None:
    """The progress of a measure, from the grades of its indicators and its projects' accomplishments.

    Parameters
    ----------
    grades
        The place of each indicator's grade among the rule's grades, 1 the best; None: it cannot be judged.
    projects
        ``"1"`` (the best) to ``"5"``; None: nobody has said.
    rule
        The thresholds.

    Returns
    -------
    (value, reasons), or None where the rule says nothing of measures or the counts do not suffice.
    """
    if rule.measure is None:
        return None
    counts = count_measure(grades, projects)
    return _propose(counts, rule.measure, _measure_reasons(counts))


def _propose(counts: Mapping[str, int], part: ProposalPart, reasons: Reasons) -> tuple[str, Reasons] | None:
    names = {name: Decimal(value) for name, value in counts.items()}
    for clause in part.clauses:
        if clause.condition is not None and evaluate(clause.condition, names) is not True:
            continue
        if not clause.value:
            return None
        return clause.value, [*reasons, {"code": "clause", "says": dict(clause.says)}]
    return None


# --- projects -------------------------------------------------------------------------------------------
def count_project(
    values: Mapping[str, Any], numbers: Sequence[Mapping[str, Any]], part: ProposalPart
) -> dict[str, int]:
    """How many yearly numbers and results stand how.

    ``numbers_known`` have target and actual; each of them is met or under. ``over`` passed the target,
    ``well_over`` and ``well_under`` passed or missed it by the rule's thresholds. ``numbers_unknown`` have
    a target and no actual, or a target that is not read in one direction.
    """
    counts = dict.fromkeys(("known", "unknown", "well_over", "over", "met", "under", "well_under"), 0)
    for number in numbers:
        if _decimal(number.get("target")) is not None:
            for name in _standing(number, part):
                counts[name] += 1
    found = {f"numbers_{name}": count for name, count in counts.items()}
    rows = [row for row in values.get(RESULTS) or () if row.get(RESULT_PLANNED) or row.get(RESULT_STATE)]
    states = [row.get(RESULT_STATE) or "" for row in rows]
    found |= {f"results_{state}": states.count(state) for state in STATES}
    found["results_known"] = sum(state in STATES for state in states)
    found["results_unknown"] = len(states) - found["results_known"]
    return found


def _standing(number: Mapping[str, Any], part: ProposalPart) -> set[str]:
    actual, target = _decimal(number.get("actual")), _decimal(number.get("target"))
    comparator = number.get("comparator") or "none"
    if actual is None or target is None or comparator not in {"ge", "le"}:
        return {"unknown"}
    sign = 1 if comparator == "ge" else -1
    distance = sign * (actual - target)
    found = {"known", "met" if distance >= 0 else "under"}
    if distance > 0:
        found.add("over")
    rate = _rate(actual, target, sign)
    if rate is not None and distance > 0 and rate >= part.well_over:
        found.add("well_over")
    if rate is not None and distance < 0 and rate < part.well_under:
        found.add("well_under")
    return found


def _rate(actual: Decimal, target: Decimal, sign: int) -> Fraction | None:
    above, below = (actual, target) if sign > 0 else (target, actual)
    return 100 * Fraction(above) / Fraction(below) if below > 0 else None


def _decimal(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _project_reasons(counts: Mapping[str, int]) -> Reasons:
    found: Reasons = []
    for code in ("numbers", "results"):
        part = {
            name.removeprefix(f"{code}_"): count for name, count in counts.items() if name.startswith(code)
        }
        if part["known"] + part["unknown"]:
            found.append({"code": code, "counts": part})
    return found


# --- measures -------------------------------------------------------------------------------------------
MOST_RANK = 7


def count_measure(grades: Sequence[int | None], projects: Sequence[str | None]) -> dict[str, int]:
    """How many indicators have which grade (``grades_1`` the best) and projects which accomplishment."""
    ranks = [min(one, MOST_RANK) for one in grades if one is not None]
    levels = [one for one in projects if one in {"1", "2", "3", "4", "5"}]
    return {
        "grades_known": len(ranks),
        "grades_unknown": len(grades) - len(ranks),
        **{f"grades_{rank}": ranks.count(rank) for rank in range(1, MOST_RANK + 1)},
        "projects_known": len(levels),
        "projects_unknown": len(projects) - len(levels),
        **{f"projects_{level}": levels.count(str(level)) for level in range(1, 6)},
    }


def _measure_reasons(counts: Mapping[str, int]) -> Reasons:
    found: Reasons = []
    if counts["grades_known"] + counts["grades_unknown"]:
        lower = sum(counts[f"grades_{rank}"] for rank in range(4, MOST_RANK + 1))
        found.append(
            {
                "code": "grades",
                "counts": {
                    "known": counts["grades_known"],
                    "unknown": counts["grades_unknown"],
                    "first": counts["grades_1"],
                    "second": counts["grades_2"],
                    "third": counts["grades_3"],
                    "rest": lower,
                },
            }
        )
    if counts["projects_known"] + counts["projects_unknown"]:
        short = counts["projects_4"] + counts["projects_5"]
        found.append(
            {
                "code": "projects",
                "counts": {
                    "known": counts["projects_known"],
                    "unknown": counts["projects_unknown"],
                    "good": counts["projects_known"] - short,
                    "short": short,
                },
            }
        )
    return found
