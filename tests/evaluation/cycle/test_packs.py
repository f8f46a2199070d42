"""Evaluations of a sample city: the whole way through the acts, each at its moment, once."""

from __future__ import annotations

import copy

import pytest

from jichi.city.access import ANONYMOUS
from jichi.city.errors import Invalid
from jichi.city.models import City
from jichi.city.pack import Pack, validate
from jichi.city.queries import forget_city
from jichi.city.viewers import system_viewer
from jichi.evaluation.models import Cycle, Sheet, SheetComment, SheetEdition, SheetEvent
from jichi.evaluation.queries.sheets import corrections_for, editions_for
from jichi.evaluation.services.packs import load_evaluations

from .sample import forms, sheet_of

SCHEMA = "evaluation/schema/jichi-evaluations-1.schema.json"

YEAR = {
    "plan": "mihon-1",
    "fiscal_year": 2022,
    "kind": "yearly",
    "title": "令和4年度事務事業評価",
    "department": "kikaku",
    "due_department": "2023-05-12",
    "due_section": "2023-05-19",
    "due_bureau": "2023-05-26",
    "due_planning": "2023-06-16",
    "prepared_at": "2023-03-20T10:00",
    "opened_at": "2023-04-10T09:00",
    "committee_from": "2023-06-20T09:00",
    "council_from": "2023-08-25T09:00",
    "published_at": "2023-08-20T10:00",
    "public_from": "2023-09-01T10:00",
    "all": [
        {"act": "hand_in", "at": "2023-05-10T15:00", "answers": {"accomplishment": "3", "planned.2": ""}},
        {"act": "pass", "at": "2023-05-15T10:00"},
        {"act": "pass", "at": "2023-05-22T10:00"},
        {"act": "accept", "at": "2023-06-10T10:00", "text": "確認しました"},
    ],
    "sheets": [
        {
            "code": "1-1-02",
            "steps": [
                {"act": "remind", "at": "2023-05-13T09:00", "text": "提出をお願いします"},
                {
                    "act": "hand_in",
                    "at": "2023-05-14T17:00",
                    "answers": {"accomplishment": "2"},
                    "channel": "workbook",
                },
                {
                    "act": "remark",
                    "at": "2023-05-15T09:00",
                    "side": "section",
                    "text": "根拠を書いてください",
                    "place": "accomplishment",
                    "settled_at": "2023-05-17T09:00",
                },
                {"act": "send_back", "at": "2023-05-16T10:00", "reason": "根拠がない"},
                {
                    "act": "hand_in",
                    "at": "2023-05-17T17:00",
                    "answers": {"accomplishment_reason": "掲示板を二十基直した"},
                },
                {"act": "pass", "at": "2023-05-18T10:00"},
                {"act": "pass", "at": "2023-05-23T10:00"},
                {"act": "accept", "at": "2023-06-11T10:00"},
                {
                    "act": "remark",
                    "at": "2023-06-25T10:00",
                    "side": "committee",
                    "text": "数だけでなく使われ方も見てください",
                },
                {
                    "act": "correct",
                    "at": "2023-10-05T10:00",
                    "answers": {"accomplishment": "3"},
                    "reason": "台帳の二重計上",
                },
            ],
        },
        {
            "code": "1-2-01",
            "steps": [{"act": "withdraw", "at": "2023-05-01T10:00", "reason": "感染症により中止したため"}],
        },
    ],
}

NEXT = {
    **{key: value for key, value in YEAR.items() if key not in {"committee_from", "council_from"}},
    "fiscal_year": 2023,
    "title": "令和5年度事務事業評価",
    "all": [],
    "sheets": [
        {
            "code": "1-1-01",
            "steps": [
                {"act": "draft", "at": "2023-05-10T15:00", "answers": {"accomplishment_reason": "途中"}},
                {"act": "extend", "at": "2023-05-11T09:00", "due_on": "2023-05-30", "reason": "災害対応"},
                {"act": "hand_on", "at": "2023-05-12T09:00", "department": "beni", "text": "所管替え"},
            ],
        }
    ],
}
for key in ("published_at", "public_from"):
    del NEXT[key]

DATA = {"format": "jichi-evaluations/1", "cycles": [YEAR, NEXT]}


def load(data):
    return load_evaluations(viewer=system_viewer("pack-loader"), pack=Pack.open("mihon"), data=data)


def test_two_years_come_with_every_state_and_a_second_load_changes_nothing(plan, people):
    validate(DATA, SCHEMA, name="evaluations.json")
    forms()
    report = load(DATA)
    assert (report.cycles, report.steps) == (2, 3 + 1 + 3 + 10 + 1 + 3)
    first, second = Cycle.objects.order_by("fiscal_year")
    assert (first.state, second.state, second.previous) == ("published", "open", first)
    assert first.is_sample
    states = dict(Sheet.objects.filter(cycle=first).values_list("node__code", "state"))
    assert states == {"1-1-01": "accepted", "1-1-02": "accepted", "1-2-01": "withdrawn"}
    late = SheetEvent.objects.filter(sheet__node__code="1-1-02", kind="handed_in").order_by("at")
    assert [bool(one.text) for one in late] == [True, True]
    assert late[0].at.isoformat().startswith("2023-05-14T")
    assert editions_for(ANONYMOUS).count() == 3
    (correction,) = corrections_for(ANONYMOUS)
    assert correction.reason == "台帳の二重計上"
    assert SheetEdition.objects.filter(kind="draft").count() == 2
    assert SheetComment.objects.filter(side="committee").count() == 1
    moved = sheet_of(second, "1-1-01")
    assert (moved.department.key, str(moved.due_on)) == ("beni", "2023-05-30")
    assert moved.answer_set.draft["accomplishment_reason"] == "途中"
    assert "planned.2" not in sheet_of(first, "1-1-01").answer_set.revisions.get().values
    assert load(DATA).touched == 0


def test_a_real_city_gets_none(plan):
    forms()
    City.objects.update(is_sample=False)
    forget_city()
    with pytest.raises(Invalid):
        load(DATA)
    assert not Cycle.objects.exists()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda one: one.update(plan="nowhere"), "cycles/0"),
        (lambda one: one.update(department="nowhere"), "cycles/0"),
        (lambda one: one.update(rule="nowhere"), "cycles/0"),
        (lambda one: one["sheets"][0].update(code="9-9"), "cycles/0/sheets/0"),
        (lambda one: one["sheets"][0]["steps"].pop(5), "cycles/0/sheets/0/steps/"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(plan, change, where):
    forms()
    item = copy.deepcopy(YEAR)
    change(item)
    with pytest.raises(Invalid) as caught:
        load({"cycles": [item]})
    assert all(key.startswith(where) for key in caught.value.messages), caught.value.messages
