"""Editing single rows: versions, history, undo, translation, and who may."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.manifest import Role
from jichi.plan.models import (
    Edit,
    FigurePoint,
    Indicator,
    Initiative,
    Milestone,
    Node,
    NotHeld,
    Placement,
    Point,
    PolicyDocument,
    ProjectFigure,
    Scheme,
    Series,
    Statement,
)
from jichi.plan.queries.document import document_of
from jichi.plan.services import create_row, edit_row, remove_row, translate_row, undo_act, undo_edit
from jichi.plan.services.edits import EDITABLE, version_of

from .rich import applied

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plan(db):
    return applied()


@pytest.fixture
def own(department):
    Node.objects.filter(code__startswith="1-1").update(department=department)
    Indicator.objects.filter(key="kanyu").update(department=department)
    return Node.objects.get(code="1-1-01")


CHANGES = [
    ("Plan", {}, {"name": "新しい名前"}),
    ("Node", {"code": "1-1-01"}, {"summary": "住民の集まりを助ける。"}),
    ("Statement", {"kind": "goal"}, {"text": "つながりを広げる"}),
    ("Indicator", {"key": "kanyu"}, {"definition": "4月1日の世帯数で割る"}),
    ("Placement", {"indicator__key": "kanyu"}, {"comparator": "about"}),
    ("Series", {"key": "child"}, {"name": "児童"}),
    ("Point", {"series__indicator__key": "kanyu", "role": "target"}, {"value": Decimal("65.5")}),
    ("Initiative", {"name": "補助"}, {"marker": "○"}),
    ("Milestone", {"text": "手引を作る"}, {"first_year": 2024, "last_year": 2024}),
    ("ProjectFigure", {"order": 1}, {"comparator": "le"}),
    ("FigurePoint", {"fiscal_year": 2023}, {"value": Decimal(0)}),
    ("PolicyDocument", {"key": "rule"}, {"legal_basis": "地方自治法"}),
    ("DocumentRevision", {"event": "adopted"}, {"fiscal_year": 2017}),
    ("Scheme", {"key": "hojo"}, {"summary": "町内会に出す補助金。"}),
    ("NotHeld", {"key": "wards"}, {"reason": "区ごとの別冊のため"}),
]
MODELS = {model.__name__: model for model in EDITABLE}


@pytest.mark.parametrize(("model", "where", "changes"), CHANGES, ids=[item[0] for item in CHANGES])
def test_every_kind_of_row_is_edited_and_taken_back(model, where, changes, planning_officer):
    row = MODELS[model].objects.get(**where)
    before = document_of(planning_officer, "mihon-1")
    edit_row(
        viewer=planning_officer,
        model=model,
        pk=row.pk,
        version=version_of(row),
        changes=changes,
        reason="なおし",
    )
    row.refresh_from_db()
    for name, value in changes.items():
        assert getattr(row, name) == value
    edit = Edit.objects.latest("pk")
    assert (edit.model, edit.reason, edit.actor) == (model, "なおし", planning_officer.actor)
    undo_edit(viewer=planning_officer, edit_id=edit.pk)
    assert document_of(planning_officer, "mihon-1") == before


def test_no_kind_of_row_is_forgotten():
    assert {item[0] for item in CHANGES} == set(MODELS)


@pytest.mark.parametrize(("model", "where", "changes"), CHANGES, ids=[item[0] for item in CHANGES])
def test_the_second_of_two_officers_gets_the_first_ones_row(model, where, changes, planning_officer):
    row = MODELS[model].objects.get(**where)
    seen = version_of(row)
    edit_row(viewer=planning_officer, model=model, pk=row.pk, version=seen, changes=changes)
    with pytest.raises(Conflict) as conflict:
        edit_row(viewer=planning_officer, model=model, pk=row.pk, version=seen, changes=changes)
    for name, value in changes.items():
        assert getattr(conflict.value.current, name) == value


def test_saving_the_same_again_is_no_edit(planning_officer):
    node = Node.objects.get(code="1-1")
    count = Edit.objects.count()
    edit_row(viewer=planning_officer, model="Node", pk=node.pk, version=1, changes={"name": node.name})
    assert Edit.objects.count() == count
    node.refresh_from_db()
    assert node.version == 1


@pytest.mark.parametrize(
    ("model", "where", "changes", "field"),
    [
        ("Node", {"code": "1-1"}, {"name": ""}, "name"),
        ("Node", {"code": "1-1"}, {"code": "9"}, "code"),
        ("Node", {"code": "1-1"}, {"order": 2}, ""),
        ("Point", {"role": "target", "series__key": ""}, {"comparator": "more"}, "comparator"),
        ("Point", {"role": "target", "series__key": ""}, {"value": None}, ""),
        ("Point", {"role": "baseline"}, {"comparator": "ge"}, ""),
        ("Milestone", {"text": "手引を作る"}, {"first_year": 2025, "last_year": 2022}, ""),
        ("Milestone", {"text": "手引を作る"}, {"first_year": None, "last_year": None}, ""),
        ("FigurePoint", {"fiscal_year": 2023}, {"fiscal_year": 2024}, ""),
        ("FigurePoint", {"fiscal_year": 2023}, {"fiscal_year": 1868}, ""),
        ("Statement", {"kind": "goal"}, {"text": ""}, ""),
        ("NotHeld", {"key": "wards"}, {"reason": ""}, "reason"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_changes_nothing(model, where, changes, field, planning_officer):
    row = MODELS[model].objects.get(**where)
    before, edits = document_of(planning_officer, "mihon-1"), Edit.objects.count()
    with pytest.raises(Invalid) as refused:
        edit_row(viewer=planning_officer, model=model, pk=row.pk, version=None, changes=changes)
    assert field in refused.value.messages
    assert document_of(planning_officer, "mihon-1") == before
    assert Edit.objects.count() == edits


def test_an_officer_edits_what_her_department_owns(own, officer, other_department):
    changes = {"summary": "住民の集まりを助ける。"}
    edit_row(viewer=officer, model="Node", pk=own.pk, version=1, changes=changes)
    below = [
        ("Initiative", Initiative.objects.get(name="補助"), {"marker": "○"}),
        ("Milestone", Milestone.objects.get(text="手引を作る"), {"text": "手引を書く"}),
        ("ProjectFigure", ProjectFigure.objects.get(order=1), {"unit": "回"}),
        ("FigurePoint", FigurePoint.objects.get(fiscal_year=2023), {"printed": "150件"}),
        ("Statement", Statement.objects.get(kind="goal"), {"text": "広げる"}),
        ("Placement", Placement.objects.get(indicator__key="kanyu"), {"comparator": "le"}),
        ("Point", Point.objects.get(series__key="", role="target"), {"printed": "64%以上"}),
        ("Series", Series.objects.get(key=""), {"name": "全体"}),
        ("Indicator", Indicator.objects.get(key="kanyu"), {"note": "※"}),
    ]
    for model, row, change in below:
        edit_row(viewer=officer, model=model, pk=row.pk, version=None, changes=change)
    Node.objects.filter(pk=own.pk).update(department=other_department)
    Node.objects.filter(code="1-1").update(department=other_department)
    Indicator.objects.update(department=other_department)
    for model, row, change in [("Node", own, changes), *below]:
        with pytest.raises(NotAllowed):
            edit_row(viewer=officer, model=model, pk=row.pk, version=None, changes=change)


@pytest.mark.parametrize("model", ["Plan", "PolicyDocument", "DocumentRevision", "Scheme", "NotHeld"])
def test_what_no_department_owns_is_the_planners_alone(model, officer, own):
    _name, where, changes = next(item for item in CHANGES if item[0] == model)
    row = MODELS[model].objects.get(**where)
    with pytest.raises(NotAllowed):
        edit_row(viewer=officer, model=model, pk=row.pk, version=None, changes=changes)


def test_an_officer_gives_her_work_to_nobody_else(own, officer, other_department):
    with pytest.raises(NotAllowed):
        edit_row(
            viewer=officer, model="Node", pk=own.pk, version=1, changes={"department_id": other_department.pk}
        )
    own.refresh_from_db()
    assert own.department.key == "kyodo"


def test_an_officer_adds_below_her_own_nodes_only(own, officer, other_department):
    parent = Node.objects.get(code="1-1")
    facts = {
        "plan_id": parent.plan_id,
        "level_id": own.level_id,
        "parent_id": parent.pk,
        "code": "1-1-03",
        "order": 3,
        "name": "新しい事業",
        "department_id": own.department_id,
    }
    assert create_row(viewer=officer, model="Node", facts=facts).pk
    foreign = Node.objects.get(code="1-2")
    with pytest.raises(NotAllowed):
        create_row(
            viewer=officer,
            model="Node",
            facts={**facts, "code": "1-2-09", "parent_id": foreign.pk, "order": 9},
        )


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.TRANSLATOR, Role.ADMINISTRATOR, Role.BUREAU_HEAD, None])
def test_others_may_read_and_not_edit(role, viewer_as, other_department):
    viewer = viewer_as(role, other_department if role is Role.BUREAU_HEAD else None)
    node = Node.objects.get(code="1-1")
    for act in (
        lambda: edit_row(viewer=viewer, model="Node", pk=node.pk, version=1, changes={"name": "x"}),
        lambda: remove_row(viewer=viewer, model="Node", pk=node.pk, version=1, reason="x"),
        lambda: undo_edit(viewer=viewer, edit_id=Edit.objects.latest("pk").pk),
        lambda: undo_act(viewer=viewer, act_id=Edit.objects.latest("pk").act_id),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_row_is_added_removed_and_brought_back(planning_officer):
    project = Node.objects.get(code="1-1-02")
    row = create_row(
        viewer=planning_officer,
        model="Initiative",
        facts={"project_id": project.pk, "order": 1, "name": "掲示"},
    )
    remove_row(viewer=planning_officer, model="Initiative", pk=row.pk, version=1, reason="重複")
    assert not Initiative.objects.filter(pk=row.pk).exists()
    removal = Edit.objects.latest("pk")
    undo_edit(viewer=planning_officer, edit_id=removal.pk)
    assert Initiative.objects.get(pk=row.pk).name == "掲示"
    undone = undo_edit(viewer=planning_officer, edit_id=Edit.objects.latest("pk").pk)
    assert not Initiative.objects.filter(pk=row.pk).exists() and undone.after is None


def test_removal_needs_a_reason_and_no_dependents(planning_officer):
    row = Initiative.objects.get(name="相談")
    with pytest.raises(Invalid) as refused:
        remove_row(viewer=planning_officer, model="Initiative", pk=row.pk, version=1, reason=" ")
    assert "reason" in refused.value.messages
    with pytest.raises(Invalid):
        remove_row(viewer=planning_officer, model="Initiative", pk=row.pk, version=1, reason="不要")
    assert Initiative.objects.filter(pk=row.pk).exists()


def test_removal_of_a_stale_row_is_a_conflict(planning_officer):
    row = Initiative.objects.get(name="補助")
    edit_row(viewer=planning_officer, model="Initiative", pk=row.pk, version=1, changes={"marker": "○"})
    with pytest.raises(Conflict):
        remove_row(viewer=planning_officer, model="Initiative", pk=row.pk, version=1, reason="不要")


def test_initiatives_and_numbers_belong_to_projects(planning_officer):
    branch = Node.objects.get(code="1-1")
    for model, facts in (
        ("Initiative", {"project_id": branch.pk, "order": 1, "name": "取組"}),
        ("ProjectFigure", {"project_id": branch.pk, "order": 1, "name": "数", "unit": "件"}),
    ):
        with pytest.raises(Invalid):
            create_row(viewer=planning_officer, model=model, facts=facts)


def test_identity_is_not_edited(planning_officer):
    for model, where, name in (
        ("Indicator", {"key": "kanyu"}, "key"),
        ("PolicyDocument", {"key": "rule"}, "key"),
        ("Point", {"series__key": "", "role": "target"}, "role"),
        ("Plan", {}, "first_year"),
    ):
        row = MODELS[model].objects.get(**where)
        with pytest.raises(Invalid):
            edit_row(viewer=planning_officer, model=model, pk=row.pk, version=None, changes={name: "x"})


def test_an_edit_changed_since_is_not_undone(planning_officer):
    node = Node.objects.get(code="1-1")
    edit_row(viewer=planning_officer, model="Node", pk=node.pk, version=1, changes={"name": "一"})
    first = Edit.objects.latest("pk")
    edit_row(viewer=planning_officer, model="Node", pk=node.pk, version=2, changes={"name": "二"})
    with pytest.raises(Conflict):
        undo_edit(viewer=planning_officer, edit_id=first.pk)
    with pytest.raises(Conflict) as conflict:
        undo_act(viewer=planning_officer, act_id=first.act_id)
    assert conflict.value.current == [first.label]


def test_nothing_is_undone_twice(planning_officer):
    node = Node.objects.get(code="1-1")
    edit_row(viewer=planning_officer, model="Node", pk=node.pk, version=1, changes={"name": "一"})
    edit = Edit.objects.latest("pk")
    undo_edit(viewer=planning_officer, edit_id=edit.pk)
    for again in (
        lambda: undo_edit(viewer=planning_officer, edit_id=edit.pk),
        lambda: undo_act(viewer=planning_officer, act_id=edit.act_id),
    ):
        with pytest.raises(Invalid):
            again()


def test_the_trail_says_changed_for_prose_and_values_for_facts(planning_officer):
    node = Node.objects.get(code="1-1")
    edit_row(
        viewer=planning_officer,
        model="Node",
        pk=node.pk,
        version=1,
        changes={"name": "一", "summary": "まとめ"},
    )
    entry = AuditEntry.objects.latest("pk")
    assert entry.act == "plan.row:edit" and entry.actor == planning_officer.actor
    assert entry.fields == {"name": ["町内会を支える", "一"], "summary": "changed"}


# --- translations ---------------------------------------------------------------------------------------------------
def test_a_translator_translates_and_changes_nothing_else(viewer_as):
    translator = viewer_as(Role.TRANSLATOR)
    node = Node.objects.get(code="1")
    translate_row(
        viewer=translator,
        model="Node",
        pk=node.pk,
        version=1,
        language="en",
        texts={"name": "A city that supports", "summary": "Mutual support."},
    )
    node.refresh_from_db()
    assert node.translations["en"] == {"name": "A city that supports", "summary": "Mutual support."}
    assert node.name == "みんなで支えるまち" and node.version == 2
    translate_row(
        viewer=translator, model="Node", pk=node.pk, version=2, language="en", texts={"summary": " "}
    )
    node.refresh_from_db()
    assert node.translations["en"] == {"name": "A city that supports"}


@pytest.mark.parametrize(
    ("language", "texts", "field"),
    [
        ("ja", {"name": "x"}, "language"),
        ("tlh", {"name": "x"}, "language"),
        ("en", {"code": "x"}, "code"),
        ("en", {"summary": "x"}, "summary"),
    ],
)
def test_a_translation_of_nothing_is_refused(language, texts, field, planning_officer):
    node = Node.objects.get(code="1-2")
    with pytest.raises(Invalid) as refused:
        translate_row(
            viewer=planning_officer, model="Node", pk=node.pk, version=1, language=language, texts=texts
        )
    assert list(refused.value.messages) == [field]


def test_a_stale_translation_is_a_conflict(planning_officer):
    node = Node.objects.get(code="1-1")
    edit_row(viewer=planning_officer, model="Node", pk=node.pk, version=1, changes={"name": "一"})
    with pytest.raises(Conflict):
        translate_row(
            viewer=planning_officer, model="Node", pk=node.pk, version=1, language="en", texts={"name": "One"}
        )


def test_officers_do_not_translate(own, officer):
    with pytest.raises(NotAllowed):
        translate_row(viewer=officer, model="Node", pk=own.pk, version=1, language="en", texts={"name": "x"})


def test_no_row_of_the_tests_is_unused():
    assert all(model.objects.exists() for model in (NotHeld, PolicyDocument, Scheme))
