"""A case under a rule: which value counts, what it is compared with, and the grade or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from ..paths import Comparator, Progress, progress, straight_line
from .checking import MOST_DIGITS, RatingError
from .measures import Figures, measured
from .values import Case, Clause, Flag, Observation, Outcome, Rating, Reason, Rule, Step, Where

__all__ = ["rate"]


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The observation that counts, or why none does."""

    observation: Observation | None
    reason: Reason | None = None
    break_year: int | None = None


def rate(case: Case, rule: Rule) -> Rating:
    """The grade of a case under a rule, with every number that was used.

    Parameters
    ----------
    case
        The indicator as it stands.
    rule
        The clauses, in order.

    Returns
    -------
    Rating
        With ``grade``, or with ``reason`` where nothing can be judged: no value, a survey not run, a changed
        definition between start and value, no target, a comparator the rule does not read, or a measure that
        is undefined when its clause is reached. That is never the worst grade.

    Raises
    ------
    RatingError
        If the case is not usable: two observations of one year, ``year`` before ``start_year``, a number that
        is not finite, ``decimals`` below 0.

    Notes
    -----
    Value, target and start are first rounded, halves away from nought, to the places the city publishes.
    From there on everything is compared exactly.

    Examples
    --------
    >>> from jichi.methods.rating import a_to_d
    >>> case = Case(
    ...     comparator=Comparator.GE, target=Decimal(25), target_year=2025, decimals=1,
    ...     start=Decimal("16.9"), start_year=2021, year=2025,
    ...     observations=[Observation(year=2025, value=Decimal("15.2"))],
    ... )
    >>> found = rate(case, a_to_d())
    >>> found.grade, float(found.decided_by.value)
    ('c', 60.8)
    """
    _check(case)
    chosen = _choose(case, rule)
    sign = _sign(case, rule)
    target = _rounded(case.target, case.decimals)
    start = _rounded(case.start, case.decimals)
    value = _rounded(chosen.observation.value, case.decimals) if chosen.observation else None
    year = chosen.observation.year if chosen.observation else None
    reason = chosen.reason or _refused(case, rule)
    steps: tuple[Step, ...] = ()
    if reason is None and value is not None and year is not None:
        figures = Figures(
            value=value,
            target=target,
            start=start,
            sign=sign,
            year=year,
            start_year=case.start_year,
            target_year=case.target_year,
            per_year=rule.per_year,
            unsigned=Reason.COMPARATOR_ABOUT
            if case.comparator is Comparator.ABOUT
            else Reason.COMPARATOR_NONE,
        )
        steps = _steps(case, rule.about if _is_about(case, rule) else rule.clauses, figures)
    last = steps[-1] if steps else None
    grade = last.grade if last is not None and last.outcome is Outcome.HOLDS else None
    if grade is None and reason is None:
        reason = (last.reason if last is not None else None) or Reason.NO_CLAUSE
    broken = chosen.reason is Reason.BREAK
    return Rating(
        grade=grade,
        reason=reason,
        comparator=case.comparator,
        sign=sign,
        value=value,
        value_year=year,
        target=target,
        start=start,
        steps=steps,
        flags=_flags(case, sign=sign, target=target, start=start, year=year, broken=broken),
        progress=None if broken else _progress(start, target, value),
        expected=None if broken else _expected(case, start, target, year),
        params=_params(chosen),
    )


def _check(case: Case) -> None:
    if not 0 <= case.decimals <= MOST_DIGITS:
        raise RatingError(
            "decimals",
            f"decimals is 0 or more and at most {MOST_DIGITS}, not {case.decimals}",
            decimals=case.decimals,
        )
    if case.year < case.start_year:
        raise RatingError(
            "year-before-start",
            f"year {case.year} lies before start_year {case.start_year}; judge a year of the plan",
            year=case.year,
            start_year=case.start_year,
        )
    years = [one.year for one in case.observations]
    twice = sorted({year for year in years if years.count(year) > 1})
    if twice:
        raise RatingError(
            "year-twice",
            f"two observations of {', '.join(map(str, twice))}; give the one that counts",
            years=twice,
        )
    numbers: dict[str, Decimal | None] = {"target": case.target, "start": case.start}
    numbers |= {f"observation of {one.year}": one.value for one in case.observations}
    wrong = sorted(name for name, number in numbers.items() if number is not None and not number.is_finite())
    if wrong:
        raise RatingError(
            "not-finite", f"not a finite number: {', '.join(wrong)}; leave out what is unknown", names=wrong
        )


def _choose(case: Case, rule: Rule) -> _Chosen:
    """The year's own value, or the last one within the period where the rule lets it stand in."""
    by_year = {one.year: one for one in case.observations}
    found = own = by_year.get(case.year)
    if own is None or own.value is None:
        reason = own.missing if own is not None else Reason.NO_VALUE
        years = [one.year for one in case.observations if one.value is not None]
        years = [year for year in years if case.start_year < year < case.year]
        if reason is not Reason.SURVEY_NOT_RUN or not rule.allows_last or not years:
            return _Chosen(None, reason)
        found = by_year[max(years)]
    # A break after the value that counts matters as well: the target's year has another definition by then.
    broken = [year for year in case.breaks if case.start_year < year <= case.year]
    if broken:
        return _Chosen(found, Reason.BREAK, max(broken))
    return _Chosen(found)


def _sign(case: Case, rule: Rule) -> int | None:
    read = rule.none_as if case.comparator is Comparator.NONE else case.comparator
    if read in (Comparator.GE, Comparator.LE):
        return 1 if read is Comparator.GE else -1
    if case.target is None and case.higher_is_better is not None:
        return 1 if case.higher_is_better else -1
    return None


def _unread(comparator: Comparator) -> Reason:
    return Reason.COMPARATOR_ABOUT if comparator is Comparator.ABOUT else Reason.COMPARATOR_NONE


def _is_about(case: Case, rule: Rule) -> bool:
    return case.comparator is Comparator.ABOUT and bool(rule.about)


def _refused(case: Case, rule: Rule) -> Reason | None:
    """Why the rule does not judge this case whatever its value."""
    if case.is_sense and not rule.grades_sense:
        return Reason.SENSE_INDICATOR
    if case.target is None and rule.needs_target:
        return Reason.NO_TARGET
    if case.comparator is Comparator.ABOUT and not rule.about:
        return Reason.COMPARATOR_ABOUT
    if case.comparator is Comparator.NONE and _sign(case, rule) is None:
        return Reason.COMPARATOR_NONE
    return None


def _rounded(number: Decimal | None, decimals: int) -> Decimal | None:
    if number is None:
        return None
    with localcontext(prec=2 * MOST_DIGITS + 2):
        # Nothing is added but to a nought below nought, which would be printed as -0.0.
        return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + 0


def _steps(case: Case, clauses: tuple[Clause, ...], figures: Figures) -> tuple[Step, ...]:
    """Clauses tried in order until one holds or cannot be told."""
    tried: list[Step] = []
    for clause in clauses:
        step = _step(case, clause, figures)
        tried.append(step)
        if step.outcome in (Outcome.HOLDS, Outcome.UNDEFINED):
            break
    return tuple(tried)


def _step(case: Case, clause: Clause, figures: Figures) -> Step:
    outcome, value, reason = _exists(case, clause, figures)
    if outcome is Outcome.HOLDS and clause.measure is not None:
        found = measured(clause.measure, figures)
        value, reason = found.value, found.reason
        if value is None:
            outcome = Outcome.UNDEFINED
        elif clause.bound is not None and clause.limit is not None:
            outcome = Outcome.HOLDS if clause.bound.holds(value, Fraction(clause.limit)) else Outcome.FAILS
    return Step(
        grade=clause.grade,
        measure=clause.measure,
        value=value,
        bound=clause.bound,
        limit=clause.limit,
        where=clause.where,
        outcome=outcome,
        reason=reason,
    )


def _exists(case: Case, clause: Clause, figures: Figures) -> tuple[Outcome, Fraction | None, Reason | None]:
    """Whether the clause exists for this case: HOLDS, EMPTY or UNDEFINED."""
    if clause.where is Where.TARGET_HARDER:
        if figures.start is None:
            return Outcome.UNDEFINED, None, Reason.NO_START
        if figures.target is None or figures.sign is None:
            return Outcome.UNDEFINED, None, Reason.NO_TARGET if figures.target is None else figures.unsigned
        exists = figures.sign * (figures.target - figures.start) > 0
    elif clause.where is Where.SURVEY:
        exists = case.is_survey
    elif clause.where is Where.NO_SURVEY:
        exists = not case.is_survey
    else:
        exists = True
    return (Outcome.HOLDS if exists else Outcome.EMPTY), None, None


def _flags(
    case: Case,
    *,
    sign: int | None,
    target: Decimal | None,
    start: Decimal | None,
    year: int | None,
    broken: bool,
) -> frozenset[Flag]:
    found = set()
    if target is not None and start is not None:
        if target == start:
            found.add(Flag.MAINTAIN)
        elif sign is not None and sign * (target - start) < 0:
            found.add(Flag.TARGET_EASIER)
    if year is not None and year < case.year:
        found.add(Flag.LAST_VALUE)
    if year is not None and case.change_shown is not None and not broken:
        found.add(Flag.CHANGE_SHOWN if case.change_shown else Flag.CHANGE_NOT_SHOWN)
    return frozenset(found)


def _progress(start: Decimal | None, target: Decimal | None, value: Decimal | None) -> Progress | None:
    return None if start is None or target is None else progress(start, target, value)


def _expected(case: Case, start: Decimal | None, target: Decimal | None, year: int | None) -> Decimal | None:
    if start is None or target is None or case.target_year is None or year is None:
        return None
    if not case.start_year <= year <= case.target_year or case.target_year == case.start_year:
        return None
    return straight_line(case.start_year, start, case.target_year, target, year)


def _params(chosen: _Chosen) -> Mapping[str, object]:
    return {} if chosen.break_year is None else {"break_year": chosen.break_year}
