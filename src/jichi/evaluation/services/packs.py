"""Evaluations that a sample city's pack brings: every step through the acts of the pages, at its moment."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department
from jichi.city.pack import Pack
from jichi.city.queries import current_city
from jichi.evaluation.enums import Stage
from jichi.evaluation.models import Cycle, RuleSetVersion, Sheet
from jichi.evaluation.queries.page_editions import cycle_context, sheet_context
from jichi.office.services import pass_step
from jichi.plan.models import Plan
from jichi.undertakings.services import bring_undertaking

from . import checking, comments, correcting, cycles, delegating, filling, opening, proposing, publishing
from .grading import grade_cycle
from .typed import typed_so_far

Facts = Mapping[str, Any]
Act = Callable[[], object]

_TOGETHER = frozenset({"pass", "accept", "remind"})
"""Acts that are done for many sheets at once."""


@dataclass(slots=True)
class EvaluationsReport:
    """What a load did."""

    cycles: int = 0
    steps: int = 0

    @property
    def touched(self) -> int:
        """How many things are new."""
        return self.cycles + self.steps


def load_evaluations(*, viewer: Viewer, pack: Pack, data: Facts) -> EvaluationsReport:
    """Go the whole way of each cycle that is not there yet (``jichi-evaluations/1``).

    Raises:
        Invalid: in a city that is no sample (its evaluations are its own people's work), for an entry that
        names what is not there, and for a step that is refused, each at its place in the file.
    """
    report = EvaluationsReport()
    city = current_city()
    if not pack.is_sample or city is None or not city.is_sample:
        raise Invalid({"cycles": ["evaluations are loaded into a sample city only"]})
    for place, item in enumerate(data["cycles"]):
        where = f"cycles/{place}"
        plan = Plan.objects.filter(key=item["plan"]).first()
        if plan is None:
            raise _unknown(where, item["plan"])
        same = Cycle.objects.filter(plan=plan, fiscal_year=item["fiscal_year"], kind=item["kind"])
        if not same.exists():
            _Loading(viewer, pack, plan, item, where, report).run()
            report.cycles += 1
    return report


class _Loading:
    """One cycle on its way, step by step in the order of time."""

    def __init__(
        self, viewer: Viewer, pack: Pack, plan: Plan, item: Facts, where: str, report: EvaluationsReport
    ) -> None:
        self.viewer, self.pack, self.plan = viewer, pack, plan
        self.item, self.where, self.report = item, where, report
        self.cycle = self._told(where, self._prepared)

    def run(self) -> None:
        """Open the cycle and do whatever happened, the earliest first."""
        item, at = self.item, _moment(self.item.get("opened_at"))
        if at is None:
            return
        self._told(
            self.where,
            lambda: opening.open_cycle(
                viewer=self.viewer, cycle_id=self.cycle.pk, version=self.cycle.version, at=at
            ),
        )
        steps = [*self._of_cycle(), *self._of_sheets(item)]
        # Sorting keeps the order of the file where moments are the same.
        for _at, where, act in sorted(steps, key=lambda one: one[0]):
            self._told(where, act)
            self.report.steps += 1
        for number, one in enumerate(item.get("comments", [])):
            self._told(f"{self.where}/comments/{number}", self._commented(one))

    def _commented(self, one: Facts) -> Act:
        context, title = cycle_context(self.cycle), self.cycle.title
        if code := one.get("code"):
            sheet = Sheet.objects.filter(cycle=self.cycle, node__code=code).select_related("node").first()
            if sheet is None:
                raise _unknown(f"{self.where}/comments", code)
            context, title = sheet_context(sheet), f"{title} {sheet.node.code} {sheet.node.name}"
        item = {"context_title": title[:200], **one["undertaking"], "context": context}
        return lambda: bring_undertaking(viewer=self.viewer, pack=self.pack, item=item)

    def _told(self, where: str, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except Invalid as error:
            raise Invalid({f"{where}/{key}": texts for key, texts in error.messages.items()}) from error

    def _prepared(self) -> Cycle:
        item = self.item
        row = cycles.create_cycle(
            viewer=self.viewer,
            plan_id=self.plan.pk,
            fiscal_year=item["fiscal_year"],
            kind=item["kind"],
            title=item["title"],
            instructions=item.get("instructions", ""),
            department_id=_office(item.get("department"), self.where),
            check_levels=item.get("check_levels", 2),
            rule_id=_rule(item.get("rule"), self.where),
            proposals_id=_rule(item.get("proposals"), self.where),
            route_key=item.get("route", ""),
            is_sample=True,
            due_department=_day(item["due_department"]),
            due_section=_day(item["due_section"]),
            due_bureau=_day(item["due_bureau"]),
            due_planning=_day(item["due_planning"]),
            at=_moment(item["prepared_at"]),
        )
        if not item.get("translations"):
            return row
        return cycles.edit_cycle(
            viewer=self.viewer,
            cycle_id=row.pk,
            version=row.version,
            translations=item["translations"],
        )

    # --- the cycle's own steps ---------------------------------------------------------------------------
    def _of_cycle(self) -> Iterable[tuple[str, str, Act]]:
        item, where = self.item, self.where
        for number, one in enumerate(item.get("graded_at", [])):
            yield one["at"], f"{where}/graded_at/{number}", self._graded(one)
        for number, at in enumerate(item.get("proposed_at", [])):
            yield at, f"{where}/proposed_at/{number}", self._proposed(at)
        for stage in (Stage.COMMITTEE, Stage.COUNCIL):
            if at := item.get(f"{stage.value}_from"):
                yield at, f"{where}/{stage.value}_from", self._switched(stage, at)
        if (approval := item.get("approval")) is not None:
            yield approval["put_up_at"], f"{where}/approval", self._put_up(approval)
        if at := item.get("published_at"):
            yield at, f"{where}/published_at", self._published(at)

    def _graded(self, one: Facts) -> Act:
        return lambda: grade_cycle(
            viewer=self.viewer,
            cycle_id=self.cycle.pk,
            reason=one.get("reason", ""),
            at=_moment(one["at"]),
        )

    def _proposed(self, at: str) -> Act:
        return lambda: proposing.propose(viewer=self.viewer, cycle_id=self.cycle.pk, at=_moment(at))

    def _switched(self, stage: Stage, at: str) -> Act:
        return lambda: cycles.switch_stage(
            viewer=self.viewer,
            cycle_id=self.cycle.pk,
            version=self._now().version,
            stage=stage,
            from_=_moment(at),
            at=_moment(at),
        )

    def _put_up(self, one: Facts) -> Act:
        def act() -> None:
            approval = publishing.put_up(
                viewer=self.viewer, cycle_id=self.cycle.pk, files=[], at=_moment(one["put_up_at"])
            )
            for at in one["passed_at"]:
                approval = pass_step(
                    viewer=self.viewer, approval_id=approval.pk, version=approval.version, at=_moment(at)
                )

        return act

    def _published(self, at: str) -> Act:
        return lambda: publishing.publish_cycle(
            viewer=self.viewer,
            cycle_id=self.cycle.pk,
            version=self._now().version,
            public_from=_moment(self.item.get("public_from")),
            at=_moment(at),
        )

    def _now(self) -> Cycle:
        return Cycle.objects.get(pk=self.cycle.pk)

    # --- the sheets' steps --------------------------------------------------------------------------------
    def _of_sheets(self, item: Facts) -> Iterable[tuple[str, str, Act]]:
        rows = Sheet.objects.filter(cycle=self.cycle).order_by("node__code")
        by_code = dict(rows.values_list("node__code", "pk"))
        named = {one["code"] for one in item.get("sheets", [])}
        others = [pk for code, pk in by_code.items() if code not in named]
        for number, step in enumerate(item.get("all", [])):
            where = f"{self.where}/all/{number}"
            if step["act"] in _TOGETHER:
                yield step["at"], where, self._step(others, step)
                continue
            for pk in others:
                yield step["at"], where, self._step([pk], step)
        for place, one in enumerate(item.get("sheets", [])):
            if one["code"] not in by_code:
                raise _unknown(f"{self.where}/sheets/{place}", one["code"])
            for number, step in enumerate(one["steps"]):
                where = f"{self.where}/sheets/{place}/steps/{number}"
                yield step["at"], where, self._step([by_code[one["code"]]], step)

    def _step(self, ids: Sequence[int], step: Facts) -> Act:
        def act() -> None:
            for outcome in _Step(self.viewer, ids, step).run():
                if not outcome.is_done:
                    raise Invalid({outcome.sheet.node.code: [outcome.message]})

        return act


class _Step:
    """One act on one sheet, or on several at once."""

    def __init__(self, viewer: Viewer, ids: Sequence[int], step: Facts) -> None:
        self.viewer, self.ids, self.step = viewer, ids, step
        self.at = _moment(step["at"])

    def run(self) -> Sequence[checking.Outcome]:
        """Do it; the outcomes of what is done for several at once."""
        common: dict[str, Any] = {"viewer": self.viewer, "at": self.at}
        text = self.step.get("text", "")
        match self.step["act"]:
            case "pass":
                return checking.pass_sheets(sheet_versions=self._versions(), note=text, **common)
            case "accept":
                return checking.accept_sheets(sheet_versions=self._versions(), note=text, **common)
            case "remind":
                checking.remind(sheet_ids=self.ids, text=text, **common)
            case _:
                for sheet in Sheet.objects.filter(pk__in=self.ids).select_related("answer_set", "node"):
                    self._one(sheet, {**common, "sheet_id": sheet.pk})
        return ()

    def _versions(self) -> dict[int, int]:
        return dict(Sheet.objects.filter(pk__in=self.ids).values_list("pk", "version"))

    def _one(self, sheet: Sheet, common: dict[str, Any]) -> None:
        step, version = self.step, sheet.answer_set.version
        text, reason = step.get("text", ""), step.get("reason", "")
        match step["act"]:
            case "draft":
                raw = typed_so_far(sheet, step["answers"])
                filling.save_draft(viewer=self.viewer, sheet_id=sheet.pk, raw=raw, version=version)
            case "hand_in":
                filling.hand_in(
                    raw=typed_so_far(sheet, step.get("answers", {})),
                    version=version,
                    note=step.get("note", ""),
                    channel=step.get("channel", "page"),
                    reasons=step.get("reasons", {}),
                    **common,
                )
            case "correct":
                raw = typed_so_far(sheet, step["answers"])
                correcting.correct_sheet(raw=raw, version=version, reason=reason, **common)
            case "send_back":
                to = step.get("to", "filling")
                checking.send_back(version=sheet.version, reason=reason, to=to, **common)
            case "withdraw":
                checking.withdraw_sheet(version=sheet.version, reason=reason, **common)
            case "restore":
                checking.restore_sheet(version=sheet.version, note=text, **common)
            case _:
                self._beside(sheet, text, reason)

    def _beside(self, sheet: Sheet, text: str, reason: str) -> None:
        """What moves no sheet."""
        step = self.step
        match step["act"]:
            case "extend":
                due = _day(step["due_on"])
                checking.extend(
                    viewer=self.viewer, sheet_ids=[sheet.pk], due_on=due, reason=reason, at=self.at
                )
            case "hand_on":
                delegating.assign(
                    viewer=self.viewer,
                    sheet_ids=[sheet.pk],
                    department_id=_office(step["department"], sheet.node.code),
                    note=text,
                    at=self.at,
                )
            case "remark":
                row = comments.remark(
                    viewer=self.viewer,
                    sheet_id=sheet.pk,
                    text=text,
                    place=step.get("place", ""),
                    side=step["side"],
                    at=self.at,
                )
                if settled := _moment(step.get("settled_at")):
                    comments.settle(viewer=self.viewer, comment_id=row.pk, at=settled)


def _office(key: str | None, where: str) -> int | None:
    if key is None:
        return None
    pk = Department.objects.filter(key=key).values_list("pk", flat=True).first()
    if pk is None:
        raise _unknown(where, key)
    return pk


def _rule(name: str | None, where: str) -> int | None:
    """The version of a rule by ``key`` (the newest) or ``key#number``."""
    if name is None:
        return None
    key, _hash, number = name.partition("#")
    rows = RuleSetVersion.objects.filter(rule_set__key=key)
    if number:
        rows = rows.filter(number=int(number))
    pk = rows.order_by("-number").values_list("pk", flat=True).first()
    if pk is None:
        raise _unknown(where, name)
    return pk


def _moment(text: str | None) -> datetime.datetime | None:
    return None if text is None else timezone.make_aware(datetime.datetime.fromisoformat(text))


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _unknown(where: str, name: str) -> Invalid:
    return Invalid({where: [f"unknown: {name}"]})
