"""Inquiries of a pack go the same way as on the pages, once, with the moments given."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from jichi.city.errors import Invalid
from jichi.city.pack import validate
from jichi.city.viewers import system_viewer
from jichi.figures.inquiries.services.packs import load_inquiries
from jichi.figures.models import Inquiry, InquirySeries, Merge, Observation
from jichi.plan.models import Series

from .sample import EVENT, MONTH, WOMEN, bind, form

pytestmark = pytest.mark.django_db

DATA = {
    "format": "jichi-inquiries/1",
    "series": [
        {
            "key": "women",
            "title": "審議会等への女性の参加",
            "purpose": "割合を知るため",
            "kind": "departments",
            "form": "women",
            "department": "kikaku",
            "check_levels": 1,
            "targets": [
                {"indicator": "kanyu", "expression": "sum(women) / sum(members) * 100", "decimals": 1}
            ],
        },
        {
            "key": "slips",
            "title": "催しの記録票",
            "purpose": "参加者数を知るため",
            "kind": "event",
            "form": "slip",
            "department": None,
        },
        {
            "key": "monthly",
            "title": "月次報告",
            "purpose": "推移を見るため",
            "kind": "operator",
            "form": "monthly",
        },
    ],
    "inquiries": [
        {
            "series": "women",
            "fiscal_year": 2025,
            "as_of": "2025-06-01",
            "due_on": "2025-06-30",
            "sent_at": "2025-06-02T09:00",
            "closed_at": "2025-08-01T17:15",
            "requests": [
                {
                    "department": "aoi",
                    "steps": [
                        {"at": "2025-06-03T10:00", "act": "workbook"},
                        {"at": "2025-06-05T10:00", "act": "question", "by_asker": False, "text": "基準日は"},
                        {"at": "2025-06-05T11:00", "act": "reply", "by_asker": True, "text": "6月1日です"},
                        {
                            "at": "2025-06-10T10:00",
                            "act": "answer",
                            "answers": {"members": "30", "women": "12"},
                        },
                        {"at": "2025-06-10T15:00", "act": "check_section"},
                        {"at": "2025-06-11T09:00", "act": "send_back", "text": "分母を確かめて"},
                        {
                            "at": "2025-06-12T09:00",
                            "act": "answer",
                            "channel": "workbook",
                            "answers": {"members": "32", "women": "16", "body.1": "環境審議会"},
                        },
                        {"at": "2025-06-12T10:00", "act": "check_section"},
                        {"at": "2025-06-13T09:00", "act": "accept"},
                        {
                            "at": "2025-07-10T09:00",
                            "act": "answer",
                            "text": "数え間違い",
                            "answers": {"members": "40", "women": "16"},
                        },
                        {"at": "2025-07-10T10:00", "act": "check_section"},
                        {"at": "2025-07-10T11:00", "act": "accept"},
                    ],
                },
                {
                    "department": "beni",
                    "steps": [
                        {"at": "2025-07-01T09:00", "act": "remind"},
                        {"at": "2025-07-01T10:00", "act": "extend", "due_on": "2025-07-15", "text": "多忙"},
                        {"at": "2025-07-05T10:00", "act": "nothing", "text": "所管なし"},
                        {"at": "2025-07-05T11:00", "act": "check_section"},
                        {"at": "2025-07-05T12:00", "act": "accept"},
                    ],
                },
                {
                    "department": "cha",
                    "steps": [{"at": "2025-07-01T09:00", "act": "remind"}],
                },
            ],
            "merges": [
                {"at": "2025-06-20T09:00", "enter": True},
                {"at": "2025-07-20T09:00", "reason": "青葉課の訂正", "enter": True, "publish": True},
            ],
        },
        {
            "series": "slips",
            "fiscal_year": 2025,
            "due_on": "2026-04-10",
            "sent_at": "2025-04-02T09:00",
            "requests": [
                {
                    "event": "春の美化",
                    "department": "aoi",
                    "steps": [
                        {
                            "at": "2025-05-12T09:00",
                            "act": "answer",
                            "answers": {"held": "no", "why_not": "weather"},
                        }
                    ],
                }
            ],
        },
        {
            "series": "monthly",
            "fiscal_year": 2025,
            "month": 4,
            "due_on": "2025-05-10",
            "requests": [{"place": "kan"}],
        },
    ],
}


@pytest.fixture
def pack(plan, offices, place):
    for key, definition in (("women", WOMEN), ("slip", EVENT), ("monthly", MONTH)):
        form(key, definition)
    bind(Series.objects.get(indicator__key="kanyu"), "women")
    return SimpleNamespace(
        key="mihon", is_sample=True, memory={"en": {"割合を知るため": "To know the share"}}
    )


def load(pack, data=DATA):
    validate(data, "figures/schema/jichi-inquiries-1.schema.json", name="inquiries.json")
    return load_inquiries(viewer=system_viewer("pack-loader"), pack=pack, data=data)


def test_a_year_is_gone_through_step_by_step(pack, offices):
    report = load(pack)
    assert (report.series, report.inquiries) == (3, 3)
    inquiry = Inquiry.objects.get(series__key="women")
    assert inquiry.state == "closed" and inquiry.is_sample
    assert inquiry.sent_at.isoformat() == "2025-06-02T00:00:00+00:00"
    assert [row.state for row in inquiry.requests.order_by("asked__key")] == [
        "accepted",
        "accepted",
        "waiting",
    ]
    first = inquiry.requests.get(asked=offices.a)
    assert first.answer_set.revision == 3 and first.events.filter(kind="corrected").count() == 1
    assert first.events.order_by("-at").first().at.isoformat() == "2025-07-10T02:00:00+00:00"
    assert list(first.events.filter(kind__in=["question", "reply"]).values_list("by_asker", flat=True)) == [
        False,
        True,
    ]
    values = list(Observation.objects.order_by("revision").values_list("value", "revision", "coverage_seen"))
    # 16 of 32, then corrected to 16 of 40; of the three, two have answered by then.
    assert values == [(50, 1, 1), (40, 2, 2)]
    assert Observation.objects.get(revision=2).published_at is not None
    assert [merge.number for merge in Merge.objects.order_by("number")] == [1, 2]
    assert InquirySeries.objects.get(key="women").translations == {"en": {"purpose": "To know the share"}}


def test_a_second_load_changes_nothing(pack):
    load(pack)
    assert load(pack).touched == 0
    assert Inquiry.objects.count() == 3 and Observation.objects.count() == 2


def test_what_a_pack_cannot_mean_is_named(pack):
    wrong = {**DATA, "inquiries": [{**DATA["inquiries"][0], "requests": [{"department": "nobody"}]}]}
    with pytest.raises(Invalid) as error:
        load(pack, wrong)
    assert error.value.messages == {"inquiries/0/requests/0": ["unknown: nobody"]}
    twice = [{"at": "2025-06-03T10:00", "act": "accept"}]
    wrong = {
        **DATA,
        "inquiries": [
            {**DATA["inquiries"][0], "requests": [{"department": "aoi", "steps": twice}], "merges": []}
        ],
    }
    with pytest.raises(Invalid) as error:
        load(pack, wrong)
    assert all("requests/0/steps/0" in key for key in error.value.messages)
