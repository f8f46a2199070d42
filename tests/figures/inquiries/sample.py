"""Forms, a series and an inquiry for the tests of this part."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from jichi.city.models import Department
from jichi.city.viewers import system_viewer
from jichi.directory.models import Place
from jichi.figures.inquiries.services import (
    Target,
    Who,
    accept_returns,
    choose_respondents,
    draft_inquiry,
    hand_in,
    save_series,
    save_targets,
    send_inquiry,
)
from jichi.figures.models import Inquiry, InquiryRequest, InquirySeries
from jichi.figures.services.bindings import decide_binding
from jichi.plan.models import Indicator, ProjectFigure, Series
from jichi.sheets.definition import Address
from jichi.sheets.models import FormVersion
from jichi.sheets.services import create_form

WOMEN: dict[str, Any] = {
    "title": {"ja": "審議会等の委員数の調査"},
    "parts": [
        {
            "key": "counts",
            "title": {"ja": "委員の数"},
            "fields": [
                {
                    "key": "members",
                    "label": {"ja": "委員総数"},
                    "type": "integer",
                    "unit": {"ja": "人"},
                    "least": 0,
                    "required": True,
                },
                {
                    "key": "women",
                    "label": {"ja": "うち女性"},
                    "type": "integer",
                    "unit": {"ja": "人"},
                    "least": 0,
                    "required": True,
                },
                {
                    "key": "share",
                    "label": {"ja": "女性の割合"},
                    "type": "computed",
                    "formula": "women / members * 100",
                    "decimals": 1,
                    "unit": {"ja": "%"},
                },
                {"key": "budget", "label": {"ja": "経費"}, "type": "integer", "unit": {"ja": "円"}},
                {"key": "remarks", "label": {"ja": "備考"}, "type": "text"},
            ],
        },
        {
            "key": "bodies",
            "title": {"ja": "審議会の一覧"},
            "rows": {"most": 5},
            "fields": [
                {"key": "body", "label": {"ja": "名称"}, "type": "text", "required": True},
                {"key": "seats", "label": {"ja": "定数"}, "type": "integer"},
            ],
        },
    ],
    "checks": [
        {
            "key": "women_within",
            "expression": "women <= members",
            "message": {"ja": "女性の数が委員総数を超えています。"},
        },
        {
            "key": "many",
            "expression": "members <= 300",
            "message": {"ja": "委員が300人を超えています。確かめてください。"},
            "severity": "warning",
        },
    ],
}

EVENT: dict[str, Any] = {
    "title": {"ja": "催しの記録票"},
    "parts": [
        {
            "key": "slip",
            "title": {"ja": "実施の状況"},
            "fields": [
                {"key": "held", "label": {"ja": "実施した"}, "type": "yes_no", "required": True},
                {
                    "key": "why_not",
                    "label": {"ja": "中止の理由"},
                    "type": "choice",
                    "choices": [
                        {"key": "weather", "label": {"ja": "荒天"}},
                        {"key": "other", "label": {"ja": "その他"}},
                    ],
                    "when": "held == False",
                    "required": True,
                },
                {
                    "key": "attendance",
                    "label": {"ja": "参加者数"},
                    "type": "integer",
                    "unit": {"ja": "人"},
                    "when": "held",
                    "required": True,
                },
                {
                    "key": "how",
                    "label": {"ja": "数え方"},
                    "type": "choice",
                    "choices": [
                        {"key": "register", "label": {"ja": "受付で数えた"}},
                        {"key": "estimate", "label": {"ja": "概数"}},
                    ],
                    "when": "held",
                    "required": True,
                },
            ],
        }
    ],
}

MONTH: dict[str, Any] = {
    "title": {"ja": "施設の月次報告"},
    "parts": [
        {
            "key": "use",
            "title": {"ja": "利用の状況"},
            "fields": [
                {"key": "days", "label": {"ja": "開館日数"}, "type": "integer", "most": 31, "required": True},
                {"key": "visitors", "label": {"ja": "来館者数"}, "type": "integer", "required": True},
            ],
        }
    ],
}


def form(key: str, definition: Mapping[str, Any]) -> FormVersion:
    found = FormVersion.objects.filter(form__key=key).first()
    return found or create_form(
        viewer=system_viewer("demo"), key=key, room="figures", definition=dict(definition)
    )


def office(
    key: str, name: str, kind: str = "section", parent: Department | None = None, **more: Any
) -> Department:
    return Department.objects.create(key=key, name=name, kind=kind, parent=parent, **more)


def series(
    key: str = "women", definition: Mapping[str, Any] = WOMEN, *, kind: str = "departments", **facts: Any
) -> InquirySeries:
    department = facts.pop("department", None)
    return save_series(
        viewer=system_viewer("demo"),
        key=key,
        facts={
            "title": "審議会等への女性の参加",
            "purpose": "委員の男女の割合を知るため",
            "kind": kind,
            "form_id": form(key, definition).form_id,
            "department_id": department.pk if department else None,
            **facts,
        },
    )


def drafted(row: InquirySeries, year: int = 2025, **facts: Any) -> Inquiry:
    return draft_inquiry(
        viewer=system_viewer("demo"),
        series_id=row.pk,
        facts={
            "fiscal_year": year,
            "as_of": datetime.date(year, 6, 1) if row.kind == "departments" else None,
            "due_on": datetime.date(2099, 1, 31),
            **facts,
        },
    )


def sent(row: InquirySeries, offices: Iterable[Department], year: int = 2025, **facts: Any) -> Inquiry:
    inquiry = drafted(row, year, **facts)
    viewer = system_viewer("demo")
    choose_respondents(
        viewer=viewer, inquiry_id=inquiry.pk, who=[Who(department_id=one.pk) for one in offices]
    )
    return send_inquiry(viewer=viewer, inquiry_id=inquiry.pk)


def request_of(inquiry: Inquiry, who: Department | Place | str) -> InquiryRequest:
    if isinstance(who, str):
        return inquiry.requests.get(label=who)
    if isinstance(who, Place):
        return inquiry.requests.get(place=who)
    return inquiry.requests.get(asked=who)


def raw(**answers: Any) -> dict[Address, str]:
    """Answers as typed; a row is written ``seats__1``."""
    return {
        Address(*key.split("__")) if "__" in key else Address(key): str(text) for key, text in answers.items()
    }


def answer(request: InquiryRequest, viewer: Any = None, note: str = "", **answers: Any) -> InquiryRequest:
    request.refresh_from_db()
    done = hand_in(
        viewer=viewer or system_viewer("demo"),
        request_id=request.pk,
        raw=raw(**answers),
        version=request.answer_set.version,
        note=note,
    )
    return done.request


def accept(request: InquiryRequest, viewer: Any = None) -> None:
    accept_returns(
        viewer=viewer or system_viewer("demo"), inquiry_id=request.inquiry_id, versions={request.pk: None}
    )


def answered_and_accepted(inquiry: Inquiry, who: Department | Place | str, **answers: Any) -> InquiryRequest:
    request = answer(request_of(inquiry, who), **answers)
    accept(request)
    return request


def measuring(row: InquirySeries, expression: str, *, key: str = "kanyu", **facts: Any) -> Series:
    """Let a series of inquiries measure an indicator, bound to it."""
    measured = Series.objects.get(indicator__key=key)
    row.refresh_from_db()
    save_targets(
        viewer=system_viewer("demo"),
        series_id=row.pk,
        version=row.version,
        targets=[Target(series_id=measured.pk, expression=expression, **facts)],
    )
    bind(measured, row.key)
    return measured


def bind(subject: Series | ProjectFigure, key: str, via: str = "inquiry", kind: str = "departments") -> None:
    decide_binding(
        viewer=system_viewer("demo"),
        series=subject if isinstance(subject, Series) else None,
        figure=subject if isinstance(subject, ProjectFigure) else None,
        valid_from=datetime.date(2020, 4, 1),
        decided_on=datetime.date(2020, 3, 1),
        decision="企画課長決定",
        source_kind=kind,
        via=via,
        source_key=key,
    )


def give_indicators_to(department: Department) -> None:
    Indicator.objects.update(department=department)
