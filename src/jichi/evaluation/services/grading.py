"""Grading the indicators of a cycle under its rule."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.evaluation.actions import GRADE
from jichi.evaluation.enums import CycleState
from jichi.evaluation.models import Cycle, Grade, RuleSetVersion, StartValue
from jichi.evaluation.queries.cases import Judgeable, cases_of
from jichi.evaluation.queries.grades import grading_of, newest_of, superseded
from jichi.evaluation.rules.stored import Beside, beside_of, case_of, steps_of
from jichi.evaluation.rules.values import GradingRule
from jichi.methods.rating import Case, Flag, Rating, Reason, rate
from jichi.plan.models import Placement
from jichi.plan.models.plans import FIRST_YEAR

_FLAGGED = (Flag.MAINTAIN, Flag.TARGET_EASIER, Flag.LAST_VALUE, Flag.CHANGE_SHOWN, Flag.CHANGE_NOT_SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a run of grading came to: series with a grade and without, and how many rows were written."""

    graded: int
    not_judged: int
    written: int
    unchanged: int


def grade_cycle(
    *, viewer: Viewer, cycle_id: int, reason: str = "", at: datetime.datetime | None = None
) -> Counts:
    """Grade every series that the cycle's plan places; a revision is written only where something changed.

    A grade that takes the place of another needs the reason. Where the cycle's rule has a newer version, a
    reason moves the cycle to it, and everything is graded under that one.

    Raises:
        NotAllowed; Cycle.DoesNotExist; Invalid: the cycle is published or follows no rule for grades; its
        rule is superseded or grades would change, and no reason is given.
    """
    viewer.require(GRADE)
    moment, reason = at or timezone.now(), reason.strip()
    cycle = Cycle.objects.get(pk=cycle_id)
    with act(viewer, GRADE, cycle):
        cycle = (
            Cycle.objects.select_for_update(of=("self",))
            .select_related("plan", "rule__rule_set")
            .get(pk=cycle_id)
        )
        version = _rule(viewer, cycle, reason, timezone.localdate(moment))
        rule = grading_of(version)
        if rule is None:
            raise Invalid({"rule": [_("The rule of this evaluation gives no grades; choose one that does.")]})
        made = [_grade(cycle, version, rule, one) for one in cases_of(viewer, cycle, rule)]
        written = _changed(cycle, made)
        if any(row.revision > 1 for row in written) and not reason:
            text = _("%(count)d grades would change. Say why; the earlier ones are kept.")
            raise Invalid({"reason": [text % {"count": len(written)}]})
        for row in written:
            row.reason = reason if row.revision > 1 else ""
            row.made_by, row.made_at = viewer.actor or cycle.created_by, moment
        Grade.objects.bulk_create(written, batch_size=200)
        record(
            viewer,
            GRADE,
            cycle,
            fields={"rule": [None, f"{version.rule_set.key}#{version.number}"]},
            count=len(written),
            digest=digest_of(f"{row.placement_id}:{row.series_id}#{row.revision}" for row in written),
        )
    graded = sum(bool(row.grade) for row in made)
    return Counts(
        graded=graded,
        not_judged=len(made) - graded,
        written=len(written),
        unchanged=len(made) - len(written),
    )


def _rule(viewer: Viewer, cycle: Cycle, reason: str, known_on: datetime.date) -> RuleSetVersion:
    """The version to grade under; with a reason the cycle moves to the one that took its rule's place."""
    if cycle.state == CycleState.PUBLISHED:
        raise Invalid({"": [_("This evaluation is published: its grades stay. Correct a sheet instead.")]})
    if cycle.rule is None:
        raise Invalid({"rule": [_("This evaluation follows no rule yet; choose one first.")]})
    newer = superseded(cycle, known_on)
    if newer is None:
        return cycle.rule
    if not reason:
        text = _(
            "The rule of this evaluation, %(title)s version %(old)d, has a newer version, %(new)d. Give a"
            " reason, and all indicators are graded under version %(new)d."
        )
        words = {"title": cycle.rule.rule_set.title, "old": cycle.rule.number, "new": newer.number}
        raise Invalid({"reason": [text % words]})
    record(viewer, GRADE, cycle, fields={"rule": [cycle.rule_id, newer.pk]})
    cycle.rule = newer
    cycle.version += 1
    cycle.save(update_fields=["rule", "version"])
    return newer


def _grade(cycle: Cycle, version: RuleSetVersion, rule: GradingRule, one: Judgeable) -> Grade:
    found = rate(one.case, rule.rule)
    cause = "" if found.reason is None else str(found.reason)
    if one.start_broken and found.reason is Reason.NO_START:
        cause = str(Reason.BREAK)
    return Grade(
        cycle=cycle,
        placement=one.placement,
        series=one.series,
        rule=version,
        grade=found.grade or "",
        cause=cause,
        observation=one.observation,
        case=case_of(
            one.case,
            found,
            unit=_texts(one.placement.indicator, "unit"),
            target_decimals=one.target.decimals if one.target else one.case.decimals,
            start_decimals=one.start.decimals if one.start else one.case.decimals,
            note=_note(one, found),
        ),
        steps=steps_of(found, one.case.decimals),
        beside=beside_of(found, one.case, _with_flags(one.beside, found, one.case)),
    )


def _with_flags(beside: Beside, found: Rating, case: Case) -> Beside:
    told = [{"code": str(flag), "year": case.year} for flag in _FLAGGED if flag in found.flags]
    return Beside(interval=beside.interval, change=beside.change, flags=(*told, *beside.flags))


def _note(one: Judgeable, found: Rating) -> dict[str, str]:
    """Why there is no value, where the row of the year says so."""
    row = one.observation
    return _texts(row, "note") if found.value is None and row is not None and row.note else {}


def _texts(row: Any, field: str) -> dict[str, str]:
    """A field of a row in every language the row has it in."""
    held = {language: texts.get(field) for language, texts in (row.translations or {}).items()}
    return {"ja": str(getattr(row, field))} | {key: str(text) for key, text in held.items() if text}


def _changed(cycle: Cycle, made: list[Grade]) -> list[Grade]:
    """The rows that differ from what stands, each with its revision."""
    rows = Grade.objects.filter(cycle=cycle).order_by("placement_id", "series_id", "revision")
    held = {(row.placement_id, row.series_id): row for row in newest_of(rows)}
    found = []
    for row in made:
        before = held.get((row.placement_id, row.series_id))
        if before is not None and _same(before, row):
            continue
        row.revision = 1 if before is None else before.revision + 1
        found.append(row)
    return found


def _same(before: Grade, after: Grade) -> bool:
    names = ("grade", "cause", "rule_id", "observation_id", "case", "steps", "beside")
    return all(getattr(before, name) == getattr(after, name) for name in names)


def set_start_value(
    *,
    viewer: Viewer,
    placement_id: int,
    series_id: int,
    value: Decimal | None,
    fiscal_year: int,
    reason: str,
    revision: int,
    at: datetime.datetime | None = None,
) -> StartValue:
    """Set a value (個別設定値) that counts in place of the plan's current one; None takes it back.

    ``revision`` is that of what stood when one looked (0: none). Grades are made anew by grading again.

    Raises:
        NotAllowed; Placement.DoesNotExist; Conflict; Invalid: at ``series_id``, ``reason``, ``fiscal_year``.
    """
    placement = Placement.objects.select_related("indicator", "node__plan").get(pk=placement_id)
    said = reason.strip()
    troubles: dict[str, list[str]] = {}
    if not said:
        troubles["reason"] = [_("Say why, and where the value comes from.")]
    if not placement.indicator.series.filter(pk=series_id).exists():
        troubles["series_id"] = [_("The indicator has no such series.")]
    if not FIRST_YEAR <= fiscal_year <= placement.node.plan.last_year:
        troubles["fiscal_year"] = [_("Give the fiscal year of the value, within or before the plan.")]
    if troubles:
        raise Invalid(troubles)
    with act(viewer, GRADE):
        assert viewer.actor is not None
        Placement.objects.select_for_update().get(pk=placement_id)
        rows = StartValue.objects.filter(placement=placement, series_id=series_id)
        last = rows.order_by("-revision").first()
        if (last.revision if last is not None else 0) != revision:
            raise Conflict(last)
        row = StartValue.objects.create(
            placement=placement,
            series_id=series_id,
            revision=revision + 1,
            value=value,
            decimals=placement.indicator.decimals,
            fiscal_year=fiscal_year,
            reason=said[:300],
            set_by=viewer.actor,
            set_at=at or timezone.now(),
        )
        before = str(last.value) if last is not None and last.value is not None else None
        told = str(value) if value is not None else None
        record(viewer, GRADE, row, fields={"start": [before, told], "reason": CHANGED})
    return row
