"""Rules in force, and grades as far as the viewer may read them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.queries import fiscal_year_start_month
from jichi.evaluation.actions import READ, READ_RULES, RUN
from jichi.evaluation.enums import CycleState, RuleSetKind
from jichi.evaluation.models import Cycle, Grade, RuleSet, RuleSetVersion, StartValue
from jichi.evaluation.rules.parsing import parse_version
from jichi.evaluation.rules.sentences import Told, beside_sentences, flag_sentences, short, steps
from jichi.evaluation.rules.values import GradingRule, ProposalRule
from jichi.methods.paths import Comparator
from jichi.methods.rating import Combined, Rating, Reason, combine
from jichi.plan.models import Placement
from jichi.plan.queries import placements_for


class RuleAbsent(LookupError):
    """No rule is in force on a day. One of :class:`NotYet`, :class:`Repealed`, :class:`Unknown`."""

    def __init__(self, key: str, on: datetime.date, day: datetime.date | None = None) -> None:
        super().__init__(f"{key} on {on}: {type(self).__name__}")
        self.key, self.on, self.day = key, on, day


class NotYet(RuleAbsent):
    """It comes into force later; ``day`` says when."""


class Repealed(RuleAbsent):
    """It was in force until ``day``."""


class Unknown(RuleAbsent):
    """Nobody knew of such a rule on the day asked for."""


# --- rules ----------------------------------------------------------------------------------------------
def rule_in_force(key: str, on: datetime.date, known_on: datetime.date | None = None) -> RuleSetVersion:
    """The version of a rule that holds on a day, as far as was known on ``known_on`` (default: today).

    Of the versions known then and begun by ``on``, the one that began last counts, and of two that began on
    one day the one appended later: so a repeal is a version too, the same rule with its last day.

    Raises:
        NotYet, Repealed, Unknown: each a LookupError with the key and the day.
    """
    known = known_on or timezone.localdate()
    rows = list(
        RuleSetVersion.objects.filter(rule_set__key=key, known_from__lte=known).select_related("rule_set")
    )
    if not rows:
        raise Unknown(key, on)
    begun = [row for row in rows if row.in_force_from <= on]
    if not begun:
        raise NotYet(key, on, min(row.in_force_from for row in rows))
    last = max(begun, key=lambda row: (row.in_force_from, row.number))
    if last.in_force_to is not None and last.in_force_to < on:
        raise Repealed(key, on, last.in_force_to)
    return last


def superseded(cycle: Cycle, known_on: datetime.date | None = None) -> RuleSetVersion | None:
    """The version that took the place of the cycle's; None while its own is the newest, or was repealed.

    What counts is the rule for the last day of the year that is judged, as known on ``known_on`` (default:
    today), so that a rule for a later year changes nothing here.
    """
    if cycle.rule is None:
        return None
    last = last_day_of(cycle.fiscal_year)
    try:
        found = rule_in_force(cycle.rule.rule_set.key, last, known_on)
    except RuleAbsent:
        return None
    return found if found.pk != cycle.rule_id else None


def last_day_of(year: int) -> datetime.date:
    """The last day of a fiscal year of this city."""
    return datetime.date(year + 1, fiscal_year_start_month(), 1) - datetime.timedelta(days=1)


_CONTENT: dict[tuple[str, str], GradingRule | ProposalRule] = {}
_MOST_KEPT = 200


def content_of(version: RuleSetVersion) -> GradingRule | ProposalRule:
    """What a stored version says, read once for each of its fingerprints.

    Raises:
        RulesError: if what is stored can no longer be read.
    """
    key = (version.rule_set.kind, version.digest)
    if key not in _CONTENT:
        if len(_CONTENT) >= _MOST_KEPT:
            _CONTENT.clear()
        _CONTENT[key] = parse_version(version.rule_set.kind, version.definition).content
    return _CONTENT[key]


def grading_of(version: RuleSetVersion) -> GradingRule | None:
    """The rule for grades of a version; None where it only proposes."""
    found = content_of(version)
    return found if isinstance(found, GradingRule) else None


def stored_versions() -> Iterator[RuleSetVersion]:
    """Every version of every rule, for ``jichi check``."""
    rows = RuleSetVersion.objects.select_related("rule_set").order_by("rule_set__key", "number")
    return rows.iterator(chunk_size=50)


def rule_sets_for(viewer: Viewer) -> QuerySet[RuleSet]:
    """Every rule set, with its versions, for those who may look at rules; others none."""
    rows = RuleSet.objects.prefetch_related("versions").order_by("kind", "key")
    return rows if viewer.can(READ_RULES) else rows.none()


def rule_version_for(viewer: Viewer, key: str, number: int) -> RuleSetVersion | None:
    """One version of a rule. Rules for grades are public; thresholds of proposals are the city's own."""
    rows = RuleSetVersion.objects.filter(rule_set__key=key, number=number).select_related("rule_set")
    if not viewer.can(READ_RULES):
        rows = rows.filter(rule_set__kind=RuleSetKind.GRADING)
    return rows.first()


def cycles_by_rule(viewer: Viewer, version: RuleSetVersion) -> list[Cycle]:
    """The evaluations that the viewer may know of and that follow a version, the newest first."""
    rows = Cycle.objects.filter(Q(rule=version) | Q(proposals=version)).select_related("plan")
    if not viewer.can(RUN):
        rows = rows.filter(is_public())
    return list(rows.order_by("-fiscal_year", "kind"))


# --- grades ---------------------------------------------------------------------------------------------
def is_public(prefix: str = "") -> Q:
    """The condition of a cycle that anybody may see now: published, and its embargo over."""
    return Q(**{f"{prefix}state": CycleState.PUBLISHED, f"{prefix}public_from__lte": timezone.now()})


def grades_for(viewer: Viewer) -> QuerySet[Grade]:
    """Every revision of the grades the viewer may read: all, her departments' own, or public ones."""
    rows = Grade.objects.select_related(
        "rule__rule_set", "observation", "series", "placement__indicator", "placement__node", "cycle"
    )
    if viewer.can(RUN):
        return rows
    reach = viewer.departments_for(READ) or frozenset()
    own = Q(placement__indicator__department_id__in=reach) | Q(placement__node__department_id__in=reach)
    return rows.filter(is_public("cycle__") | own)


def cycle_for_grades(viewer: Viewer, pk: int) -> Cycle | None:
    """A cycle whose grades the viewer may look over; None for others."""
    if not viewer.can(RUN):
        return None
    return Cycle.objects.select_related("plan", "rule__rule_set").filter(pk=pk).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRow:
    """A grade with what is said of it, in the active language.

    ``explanation`` is one sentence, ``steps`` each clause that was tried, ``flags`` what must be said beside
    it, ``beside`` progress, straight line and interval. ``state`` is the shape a page shows.
    """

    grade: Grade
    state: str
    label: str
    explanation: str
    steps: tuple[str, ...]
    flags: tuple[str, ...]
    beside: tuple[str, ...]

    @property
    def cause(self) -> str:
        """Why there is no grade; empty where there is one."""
        return self.grade.cause

    @property
    def is_graded(self) -> bool:
        """Whether there is a grade."""
        return bool(self.grade.grade)


def newest_of(rows: Iterable[Grade]) -> list[Grade]:
    """The newest revision of each series, in the order of the rows."""
    last: dict[tuple[int, int, int], Grade] = {}
    for row in rows:
        key = (row.cycle_id, row.placement_id, row.series_id)
        if key not in last or row.revision > last[key].revision:
            last[key] = row
    return list(last.values())


def row_of(grade: Grade, newer: RuleSetVersion | None = None) -> GradeRow:
    """A grade in words. ``newer``: the version that took the place of its rule."""
    told = told_of(grade)
    return GradeRow(
        grade=grade,
        state=told.state,
        label=told.label,
        explanation=short(told),
        steps=tuple(steps(told)),
        flags=tuple(flag_sentences(told, superseded_by=newer.number if newer else None)),
        beside=tuple(beside_sentences(told)),
    )


def told_of(grade: Grade) -> Told:
    """What the sentences about a stored grade need."""
    return Told(
        grade=grade.grade,
        cause=grade.cause,
        case=grade.case,
        steps=tuple(grade.steps),
        beside=grade.beside,
        rule=grading_of(grade.rule),
    )


def grades_of(viewer: Viewer, cycle: Cycle) -> list[GradeRow]:
    """The newest grade of each series of a cycle that the viewer may read, in the plan's order."""
    rows = (
        grades_for(viewer)
        .filter(cycle=cycle)
        .order_by("placement__node__code", "placement__order", "series__order", "revision")
    )
    newer = superseded(cycle)
    return [row_of(row, newer) for row in newest_of(rows)]


def public_grades_of(placements: Sequence[Placement]) -> list[Grade]:
    """The newest public grade of each series of these placements, whoever looks."""
    rows = (
        Grade.objects.filter(is_public("cycle__"), placement__in=[row.pk for row in placements])
        .select_related("rule__rule_set", "series", "cycle", "observation")
        .order_by("cycle__fiscal_year", "cycle__published_at", "revision")
    )
    last: dict[int, Grade] = {row.series_id: row for row in rows}
    return sorted(last.values(), key=lambda row: row.series.order)


def combined_of(rows: Sequence[Grade]) -> Combined | None:
    """The grade of an indicator of several series under its rule; None where there is nothing to combine."""
    found = grading_of(rows[0].rule) if rows else None
    if found is None:
        return None
    ratings = {row.series.key or str(row.series_id): _rating(row) for row in rows}
    return combine(ratings, found.rule.grades, how=found.combine)


def _rating(row: Grade) -> Rating:
    return Rating(
        grade=row.grade or None,
        reason=None if row.grade else Reason(row.cause),
        comparator=Comparator(row.case.get("comparator") or "none"),
        sign=None,
        value=None,
        value_year=None,
        target=None,
        start=None,
    )


def start_value_for(
    viewer: Viewer, cycle: Cycle, placement_id: int, series_id: int
) -> tuple[Placement, StartValue | None]:
    """A placement of the cycle's plan with the value set in place of its current one, if any was.

    Raises:
        Placement.DoesNotExist: for one of another plan or a series of another indicator.
    """
    rows = placements_for(viewer).filter(node__plan_id=cycle.plan_id, indicator__series=series_id)
    placed = rows.get(pk=placement_id)
    values = StartValue.objects.filter(placement=placed, series_id=series_id)
    return placed, values.order_by("-revision").first()
