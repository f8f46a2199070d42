"""Inquiries that a pack brings: set up, asked, answered and merged through the same acts as on the pages."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department
from jichi.city.pack import Pack
from jichi.directory.models import Place
from jichi.figures.models import Inquiry, InquiryRequest, InquirySeries
from jichi.figures.services.values import publish_values
from jichi.plan.models import ProjectFigure, Series
from jichi.plan.services.translations import translations_for
from jichi.sheets.definition import Address
from jichi.sheets.models import AnswerRevision, Form

from . import answering, asking, checking, choosing, merging, results, series, workbooks
from .choosing import Who

Facts = Mapping[str, Any]


@dataclass(slots=True)
class InquiriesReport:
    """What a load did."""

    series: int = 0
    inquiries: int = 0
    steps: int = 0
    values: int = 0

    @property
    def touched(self) -> int:
        """How many things are new."""
        return self.series + self.inquiries + self.steps + self.values


def load_inquiries(*, viewer: Viewer, pack: Pack, data: Facts) -> InquiriesReport:
    """Set up a pack's repeated inquiries and go the way of each inquiry that is not there yet.

    Raises:
        Invalid: naming the entry that knows no form, office, place or figure, or the step that is refused.
    """
    report = InquiriesReport()
    for place, item in enumerate(data["series"]):
        if not InquirySeries.objects.filter(key=item["key"]).exists():
            _set_up(viewer, pack, item, f"series/{place}")
            report.series += 1
    for place, item in enumerate(data["inquiries"]):
        row = InquirySeries.objects.filter(key=item["series"]).first()
        if row is None:
            raise Invalid({f"inquiries/{place}": [f"unknown: {item['series']}"]})
        same = row.inquiries.filter(fiscal_year=item["fiscal_year"], month=item.get("month"))
        if not same.exists():
            _Loading(viewer, pack, row, item, f"inquiries/{place}", report).run()
            report.inquiries += 1
    return report


def _set_up(viewer: Viewer, pack: Pack, item: Facts, where: str) -> None:
    form = Form.objects.filter(key=item["form"]).first()
    if form is None:
        raise Invalid({where: [f"unknown: {item['form']}"]})
    row = series.save_series(
        viewer=viewer,
        key=item["key"],
        facts={
            "title": item["title"],
            "purpose": item["purpose"],
            "kind": item["kind"],
            "form_id": form.pk,
            "department_id": _office(item.get("department"), where),
            "check_levels": item.get("check_levels", 0),
            "translations": translations_for(
                pack.memory, {"title": item["title"], "purpose": item["purpose"]}
            ),
        },
    )
    targets = [
        series.Target(
            expression=one["expression"],
            decimals=one.get("decimals", 0),
            definition=one.get("definition", "1"),
            quantity=one.get("quantity", ""),
            counting=one.get("counting", ""),
            by_ward=one.get("by_ward", False),
            **_subject(one, f"{where}/targets/{place}"),
        )
        for place, one in enumerate(item.get("targets", []))
    ]
    if targets:
        series.save_targets(viewer=viewer, series_id=row.pk, version=row.version, targets=targets)


def _office(key: str | None, where: str) -> int | None:
    if key is None:
        return None
    pk = Department.objects.filter(key=key).values_list("pk", flat=True).first()
    if pk is None:
        raise Invalid({where: [f"unknown: {key}"]})
    return pk


def _subject(item: Facts, where: str) -> dict[str, int]:
    if "figure" in item:
        plan, code, order = item["figure"].split("/")
        rows = ProjectFigure.objects.filter(project__plan__key=plan, project__code=code, order=int(order))
        if (figure := rows.first()) is not None:
            return {"project_figure_id": figure.pk}
    else:
        found = Series.objects.filter(indicator__key=item["indicator"])
        if "series" in item:
            found = found.filter(key=item["series"])
        if (measured := found.order_by("order").first()) is not None:
            return {"series_id": measured.pk}
    raise Invalid({where: [f"unknown: {item.get('figure') or item.get('indicator')}"]})


class _Loading:
    """One inquiry on its way, step by step in the order of time."""

    def __init__(
        self,
        viewer: Viewer,
        pack: Pack,
        row: InquirySeries,
        item: Facts,
        where: str,
        report: InquiriesReport,
    ) -> None:
        self.viewer, self.pack, self.series, self.item = viewer, pack, row, item
        self.where, self.report = where, report

    def run(self) -> None:
        """Draft, choose, send, and then whatever happened, request by request and merge by merge."""
        inquiry = self._drafted()
        if "sent_at" not in self.item:
            return
        asking.send_inquiry(viewer=self.viewer, inquiry_id=inquiry.pk, at=_moment(self.item["sent_at"]))
        for where, act in self._in_order(inquiry):
            try:
                act()
            except Invalid as error:
                raise Invalid({f"{where}/{key}": texts for key, texts in error.messages.items()}) from error
            self.report.steps += 1
        if "closed_at" in self.item:
            inquiry.refresh_from_db()
            asking.close_inquiry(
                viewer=self.viewer,
                inquiry_id=inquiry.pk,
                version=inquiry.version,
                at=_moment(self.item["closed_at"]),
            )

    def _drafted(self) -> Inquiry:
        item = self.item
        facts = {
            "fiscal_year": item["fiscal_year"],
            "month": item.get("month"),
            "title": item.get("title", ""),
            "purpose": item.get("purpose", ""),
            "instructions": item.get("instructions", ""),
            "as_of": _day(item.get("as_of")),
            "due_on": _day(item["due_on"]),
        }
        if "period" in item:
            facts |= {"period_first": _day(item["period"][0]), "period_last": _day(item["period"][1])}
        who = [self._who(one, place) for place, one in enumerate(item["requests"])]
        try:
            inquiry = asking.draft_inquiry(
                viewer=self.viewer,
                series_id=self.series.pk,
                facts=facts,
                translations=translations_for(
                    self.pack.memory,
                    {
                        "title": item.get("title") or self.series.title,
                        "purpose": item.get("purpose") or self.series.purpose,
                    },
                ),
                is_sample=self.pack.is_sample,
                at=_moment(item["sent_at"]) if "sent_at" in item else None,
            )
            choosing.choose_respondents(
                viewer=self.viewer,
                inquiry_id=inquiry.pk,
                who=who,
            )
        except Invalid as error:
            raise Invalid({f"{self.where}/{key}": texts for key, texts in error.messages.items()}) from error
        return inquiry

    def _who(self, item: Facts, place: int) -> Who:
        where = f"{self.where}/requests/{place}"
        place_id = None
        if "place" in item:
            place_id = Place.objects.filter(key=item["place"]).values_list("pk", flat=True).first()
            if place_id is None:
                raise Invalid({where: [f"unknown: {item['place']}"]})
        return Who(
            department_id=_office(item.get("department"), where),
            place_id=place_id,
            label=item.get("event", ""),
            due_on=_day(item.get("due_on")),
        )

    def _in_order(self, inquiry: Inquiry) -> Iterable[tuple[str, Callable[[], object]]]:
        """Every step and merge with where it is written, the earliest first."""
        asked = {(row.asked_id, row.place_id, row.label): row for row in inquiry.requests.all()}
        found: list[tuple[str, int, str, Callable[[], object]]] = []
        for place, item in enumerate(self.item["requests"]):
            row = asked[self._who(item, place).key]
            for number, step in enumerate(item.get("steps", [])):
                where = f"{self.where}/requests/{place}/steps/{number}"
                found.append((step["at"], len(found), where, self._step(inquiry, row, step, where)))
        for number, item in enumerate(self.item.get("merges", [])):
            where = f"{self.where}/merges/{number}"
            found.append((item["at"], len(found), where, self._merge(inquiry, item)))
        return [(where, act) for _at, _place, where, act in sorted(found, key=lambda one: one[:2])]

    def _merge(self, inquiry: Inquiry, item: Facts) -> Callable[[], object]:
        def act() -> None:
            merge = merging.merge_inquiry(
                viewer=self.viewer,
                inquiry_id=inquiry.pk,
                with_answered=item.get("with_answered", False),
                reason=item.get("reason", ""),
                at=_moment(item["at"]),
            )
            if item.get("enter"):
                done = results.enter_results(viewer=self.viewer, merge_id=merge.pk)
                self.report.values += len(done.rows)
                if item.get("publish"):
                    publish_values(viewer=self.viewer, observation_ids=[row.pk for row in done.rows])

        return act

    def _step(self, inquiry: Inquiry, row: InquiryRequest, step: Facts, where: str) -> Callable[[], object]:
        common: dict[str, Any] = {
            "viewer": self.viewer,
            "request_id": row.pk,
            "at": _moment(step["at"]),
        }
        text, kind = step.get("text", ""), step["act"]
        match kind:
            case "workbook":
                return lambda: workbooks.take_workbook(**common)
            case "answer":
                return lambda: self._answer(row, step, common)
            case "nothing":
                return lambda: answering.report_nothing(text=text, **common)
            case "hand_on":
                office = _office(step.get("department"), where) or 0
                return lambda: answering.hand_on(department_id=office, text=text, **common)
            case "check_section":
                return lambda: checking.check_section(text=text, **common)
            case "check_bureau":
                return lambda: checking.check_bureau(text=text, **common)
            case "cancel":
                return lambda: choosing.cancel_request(text=text, **common)
            case "send_back":
                side = step.get("by_asker", True)
                due = _day(step.get("due_on"))
                return lambda: checking.send_back(text=text, due_on=due, by_asker=side, **common)
            case "question":
                return lambda: checking.ask_question(text=text, by_asker=step.get("by_asker", True), **common)
            case "reply":
                return lambda: checking.reply(text=text, by_asker=step.get("by_asker", False), **common)
        return self._of_inquiry(inquiry, row, step)

    def _of_inquiry(self, inquiry: Inquiry, row: InquiryRequest, step: Facts) -> Callable[[], object]:
        """The acts that an asker does for several at once, done for one."""
        viewer, at = self.viewer, _moment(step["at"])
        match step["act"]:
            case "remind":
                return lambda: checking.remind(
                    viewer=viewer, inquiry_id=inquiry.pk, request_ids=[row.pk], at=at
                )
            case "extend":
                return lambda: asking.extend(
                    viewer=viewer,
                    inquiry_id=inquiry.pk,
                    request_ids=[row.pk],
                    due_on=_day(step.get("due_on")) or inquiry.due_on,
                    text=step.get("text", ""),
                    at=at,
                )
        return lambda: checking.accept_returns(
            viewer=viewer, inquiry_id=inquiry.pk, versions={row.pk: None}, at=at
        )

    def _answer(self, row: InquiryRequest, step: Facts, common: dict[str, Any]) -> object:
        row.refresh_from_db()
        assert row.answer_set is not None
        return answering.hand_in(
            raw={Address.of(key): text for key, text in step.get("answers", {}).items()},
            version=row.answer_set.version,
            channel=step.get("channel", AnswerRevision.Channel.PAGE),
            note=step.get("text", ""),
            **common,
        )


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _moment(text: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(text))
