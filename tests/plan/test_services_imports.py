"""Imports: read, reviewed, confirmed; never duplicated, never wiping what a text cannot say."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.manifest import Role
from jichi.plan.enums import ImportState
from jichi.plan.importing import (
    ImportHints,
    ImportResult,
    Line,
    Uncertain,
    complete,
    diff_documents,
    read_plan_file,
    write_csv,
    write_workbook,
)
from jichi.plan.models import Edit, ImportLine, ImportRun, Indicator, Node, Plan, PolicyDocument
from jichi.plan.queries.document import document_of
from jichi.plan.services import (
    confirm_import,
    correct_import,
    reject_import,
    resolve_uncertain,
    start_import,
    undo_act,
)
from jichi.plan.services.imports import document_to_apply

from .rich import applied, document

pytestmark = pytest.mark.django_db


def as_text_would_say(key: str = "mihon-1") -> dict[str, Any]:
    """The rich plan as it would be read from its published text: no keys, no summaries, no own words."""
    read = copy.deepcopy(document(key))
    read["plan"] |= {
        "name": "",
        "adopted_on": None,
        "source": {"title": "", "publisher": "", "published_on": None, "url": ""},
    }
    for number, item in enumerate(read["indicators"], start=1):
        item["key"] = f"{item['node']}-o{number}"
        for place, series in enumerate(item["series"], start=1):
            series["key"] = f"s{place}" if series["name"] else ""
            for point in series["points"]:
                point["period"] = None
    for node in read["nodes"]:
        node["summary"] = ""
        node["documents"] = ["doc-1"] if node["documents"] else []
        for statement in node["statements"]:
            statement["source_text"], statement["text"] = f"本文：{statement['text']}", ""
    read["documents"][0] |= {"key": "doc-1", "revisions": []}
    read["schemes"], read["not_held"], read["translations"] = [], [], {}
    return read


TARGET = {"role": "target", "fiscal_year": 2023, "value": 7}


def result(read: dict[str, Any] | None = None, *, uncertain: tuple[Uncertain, ...] = (), form: str = "text"):
    lines = (Line(1, "施策 1-1", "placed", "1-1"), Line(2, "?", "unplaced", "", "not understood"))
    return ImportResult(
        complete(read or as_text_would_say()), lines=lines, uncertain=uncertain, format=form, encoding="utf-8"
    )


UNCERTAIN = (
    Uncertain(
        7, "講座：7回", "1-1-01/figures/2/target/1", (TARGET, {**TARGET, "fiscal_year": 2024}), "no year"
    ),
    Uncertain(
        9,
        "30%",
        "1-1/indicators/1-1-o1/points",
        ({"role": "target", "fiscal_year": 2030, "value": 30},),
        "odd",
    ),
    Uncertain(11, "謎の表", "1-1", (), "a row without a name"),
)


def started(
    viewer: Any, made: ImportResult | None = None, content: bytes = b"text", key: str = "mihon-1"
) -> ImportRun:
    return start_import(
        viewer=viewer, result=made or result(), content=content, filename="plan.txt", plan_key=key
    )


def confirmed(viewer: Any, run: ImportRun, **more: Any):
    run.refresh_from_db()
    return confirm_import(viewer=viewer, run_id=run.pk, version=run.version, **more)


def test_a_run_keeps_every_line_and_changes_nothing(planning_officer):
    applied()
    before = document_of(planning_officer, "mihon-1")
    run = started(planning_officer)
    assert list(ImportLine.objects.filter(run=run).values_list("number", "state")) == [
        (1, "placed"),
        (2, "unplaced"),
    ]
    assert run.state == ImportState.REVIEW and run.plan.key == "mihon-1"
    assert document_of(planning_officer, "mihon-1") == before


def test_the_same_file_gives_back_the_open_review(planning_officer):
    applied()
    assert started(planning_officer).pk == started(planning_officer).pk
    assert started(planning_officer, content=b"other").pk != started(planning_officer).pk


def test_importing_the_plan_again_changes_no_fact_and_adds_nothing(planning_officer):
    applied()
    Node.objects.filter(code="1-2").update(summary="文化の話。")
    before = document_of(planning_officer, "mihon-1")
    run = started(planning_officer)
    assert diff_documents(before, document_to_apply(planning_officer, run)) == []
    confirmed(planning_officer, run)
    after = document_of(planning_officer, "mihon-1")
    assert diff_documents(before, after) == []
    assert Indicator.objects.count() == 2 and PolicyDocument.objects.count() == 1
    assert [node["summary"] for node in after["nodes"]] == [node["summary"] for node in before["nodes"]]
    assert after["translations"] == before["translations"]
    assert after["not_held"] == before["not_held"] and after["schemes"] == before["schemes"]
    texts = {s["text"]: s["source_text"] for node in after["nodes"] for s in node["statements"]}
    assert texts == {
        "つながりを強める": "本文：つながりを強める",
        "担い手が足りない": "本文：担い手が足りない",
    }


def test_another_plans_indicator_of_the_same_name_and_unit_is_carried_over(planning_officer):
    applied()
    read = as_text_would_say("mihon-2")
    read["nodes"] = [node for node in read["nodes"] if node["code"] in {"1", "1-1"}]
    read["nodes"][1]["documents"] = []
    read["projects"], read["documents"] = [], []
    read["indicators"] = read["indicators"][:1]
    read["indicators"].append({**copy.deepcopy(read["indicators"][0]), "key": "kanyu", "name": "別の指標"})
    run = started(planning_officer, result(read), key="mihon-2")
    keys = [item["key"] for item in run.document["indicators"]]
    assert keys[0] == "kanyu"
    assert keys[1] not in {"kanyu", "bunka"}
    confirmed(
        planning_officer,
        run,
        plan_facts={"name": "第2次計画", "first_year": 2026, "last_year": 2029, "adopted_on": None},
    )
    assert Indicator.objects.get(key="kanyu").name == "町内会加入率"
    plans = Indicator.objects.get(key="kanyu").placements.values_list("node__plan__key", flat=True)
    assert set(plans) == {"mihon-1", "mihon-2"}


def test_uncertain_places_are_decided_one_by_one(planning_officer):
    applied()
    run = started(planning_officer, result(uncertain=UNCERTAIN))
    assert run.uncertain[1]["path"] == "1-1/indicators/kanyu/points"
    with pytest.raises(Invalid):
        confirmed(planning_officer, run)
    run = resolve_uncertain(
        viewer=planning_officer, run_id=run.pk, version=1, index=0, values=[TARGET], note="見た"
    )
    points = run.document["projects"][0]["figures"][1]["points"]
    assert [(p["fiscal_year"], p["value"], p["printed"]) for p in points] == [
        (2022, 0, ""),
        (2023, 7, "講座：7回"),
    ]
    run = resolve_uncertain(
        viewer=planning_officer, run_id=run.pk, version=2, index=0, values=[{**TARGET, "fiscal_year": 2024}]
    )
    assert [p["fiscal_year"] for p in run.document["projects"][0]["figures"][1]["points"]] == [2022, 2024]
    run = resolve_uncertain(
        viewer=planning_officer,
        run_id=run.pk,
        version=3,
        index=1,
        values=[{"role": "target", "fiscal_year": 2030, "value": 30.5}],
    )
    point = run.document["indicators"][0]["series"][0]["points"][-1]
    assert (point["fiscal_year"], point["value"], point["decimals"]) == (2030, 30.5, 1)
    run = resolve_uncertain(viewer=planning_officer, run_id=run.pk, version=4, index=2, values=None)
    report = confirmed(planning_officer, run, reason="確認した")
    assert report.tallies["FigurePoint"].created == 1
    run.refresh_from_db()
    assert run.state == ImportState.CONFIRMED and run.decided_by == planning_officer.actor
    assert set(run.resolutions) == {"0", "1", "2"}


def test_a_number_is_never_put_where_no_line_of_numbers_is(planning_officer):
    applied()
    run = started(planning_officer, result(uncertain=UNCERTAIN))
    with pytest.raises(Invalid):
        resolve_uncertain(viewer=planning_officer, run_id=run.pk, version=1, index=2, values=[TARGET])
    with pytest.raises(Invalid):
        resolve_uncertain(viewer=planning_officer, run_id=run.pk, version=1, index=9, values=None)


def test_a_cell_is_corrected_and_the_reading_kept(planning_officer):
    applied()
    run = started(planning_officer)
    run = correct_import(
        viewer=planning_officer, run_id=run.pk, version=1, pointer="/nodes/1/name", value="町内会を助ける"
    )
    run = correct_import(
        viewer=planning_officer,
        run_id=run.pk,
        version=2,
        pointer="/nodes/1/name",
        value="町内会・自治会を助ける",
    )
    assert run.corrections == {"/nodes/1/name": {"read": "町内会を支える", "value": "町内会・自治会を助ける"}}
    confirmed(planning_officer, run)
    assert Node.objects.get(code="1-1").name == "町内会・自治会を助ける"


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/nodes/99/name", "x"),
        ("nodes", "x"),
        ("/nodes/1/nothing", "x"),
        ("/indicators/0/series/0/points/0/value", "many"),
        ("/nodes/1/level", 7),
        ("/indicators/0/comparator", "more"),
    ],
)
def test_a_correction_that_breaks_the_form_is_refused(pointer, value, planning_officer):
    applied()
    run = started(planning_officer)
    with pytest.raises(Invalid):
        correct_import(viewer=planning_officer, run_id=run.pk, version=1, pointer=pointer, value=value)
    run.refresh_from_db()
    assert run.version == 1 and run.corrections == {}


def test_the_second_reviewer_is_told(planning_officer, viewer_as):
    applied()
    other = viewer_as(Role.PLANNING_OFFICER)
    run = started(planning_officer, result(uncertain=UNCERTAIN))
    resolve_uncertain(viewer=planning_officer, run_id=run.pk, version=1, index=2, values=None)
    for act in (
        lambda: resolve_uncertain(viewer=other, run_id=run.pk, version=1, index=0, values=None),
        lambda: correct_import(viewer=other, run_id=run.pk, version=1, pointer="/nodes/1/name", value="x"),
        lambda: confirm_import(viewer=other, run_id=run.pk, version=1),
        lambda: reject_import(viewer=other, run_id=run.pk, version=1, reason="x"),
    ):
        with pytest.raises(Conflict):
            act()


def test_a_rejected_run_stays_as_record_and_cannot_be_used(planning_officer):
    applied()
    run = started(planning_officer)
    with pytest.raises(Invalid):
        reject_import(viewer=planning_officer, run_id=run.pk, version=1, reason="")
    reject_import(viewer=planning_officer, run_id=run.pk, version=1, reason="別の版")
    run.refresh_from_db()
    assert run.state == ImportState.REJECTED and run.lines.count() == 2
    with pytest.raises(Conflict):
        confirm_import(viewer=planning_officer, run_id=run.pk, version=run.version)
    assert started(planning_officer).pk != run.pk


def test_a_new_plan_is_a_draft_until_published(planning_officer):
    run = started(planning_officer, key="mihon-3")
    facts = {"name": "新計画", "first_year": 2026, "last_year": 2029, "adopted_on": None}
    report = confirmed(planning_officer, run, plan_facts=facts)
    assert (report.plan.key, report.plan.name, report.plan.published_at) == ("mihon-3", "新計画", None)
    run2 = started(planning_officer, content=b"again", key="mihon-3")
    assert confirmed(planning_officer, run2, publish=True).plan.published_at is not None


def test_a_confirmed_import_is_taken_back_whole(planning_officer):
    applied()
    before = document_of(planning_officer, "mihon-1")
    read = as_text_would_say()
    read["nodes"][2]["name"] = "文化を広げる"
    read["projects"][0]["initiatives"].pop()
    read["projects"][0]["figures"][0]["points"].pop()
    confirmed(planning_officer, started(planning_officer, result(read)))
    assert document_of(planning_officer, "mihon-1") != before
    undo_act(viewer=planning_officer, act_id=Edit.objects.latest("pk").act_id)
    assert document_of(planning_officer, "mihon-1") == before


def test_years_that_a_person_found_are_kept_where_the_text_does_not_tell_them(planning_officer):
    applied()
    read = as_text_would_say()
    for activity in read["projects"][0]["initiatives"][0]["activities"]:
        activity |= {"first_year": None, "last_year": None, "certain": False}
    before = document_of(planning_officer, "mihon-1")
    confirmed(planning_officer, started(planning_officer, result(read)))
    assert diff_documents(before, document_of(planning_officer, "mihon-1")) == []


def test_the_workbook_of_the_plan_comes_back_without_a_change(planning_officer, department):
    applied()
    Node.objects.filter(code="1-1").update(department=department)
    before = document_of(planning_officer, "mihon-1")
    content = write_workbook(before)
    made = read_plan_file(content, filename="plan.xlsx", hints=ImportHints(plan_key="mihon-1"))
    run = started(planning_officer, made, content)
    assert confirmed(planning_officer, run).touched == 0
    assert document_of(planning_officer, "mihon-1") == before


def test_one_sheet_as_csv_changes_that_sheet_and_nothing_else(planning_officer):
    applied()
    before = document_of(planning_officer, "mihon-1")
    content = write_csv(before)["indicators"].replace("町内会加入率", "町内会・自治会加入率").encode("cp932")
    made = read_plan_file(content, filename="indicators.csv")
    run = started(planning_officer, made, content)
    confirmed(planning_officer, run)
    after = document_of(planning_officer, "mihon-1")
    assert [item["name"] for item in after["indicators"]] == ["町内会・自治会加入率", "文化に親しむ人の割合"]
    assert after["nodes"] == before["nodes"] and after["projects"] == before["projects"]


def test_one_sheet_as_csv_is_no_new_plan(planning_officer):
    applied()
    content = write_csv(document_of(planning_officer, "mihon-1"))["nodes"].encode()
    made = read_plan_file(content, filename="nodes.csv")
    with pytest.raises(Invalid):
        started(planning_officer, made, content, key="mihon-5")
    assert not ImportRun.objects.exists()


def test_only_planning_officers_import(viewer_as, officer, auditor, anonymous, planning_officer):
    applied()
    run = started(planning_officer, result(uncertain=UNCERTAIN))
    for viewer in (officer, auditor, anonymous, viewer_as()):
        for act in (
            lambda viewer=viewer: started(viewer),
            lambda viewer=viewer: resolve_uncertain(
                viewer=viewer, run_id=run.pk, version=1, index=0, values=None
            ),
            lambda viewer=viewer: correct_import(
                viewer=viewer, run_id=run.pk, version=1, pointer="/nodes/1/name", value=""
            ),
            lambda viewer=viewer: confirm_import(viewer=viewer, run_id=run.pk, version=1),
            lambda viewer=viewer: reject_import(viewer=viewer, run_id=run.pk, version=1, reason="x"),
        ):
            with pytest.raises(NotAllowed):
                act()
    assert Plan.objects.count() == 1
