"""Applying a document: idempotent, with a diff, in any order, and nothing of it lost."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.city.viewers import system_viewer
from jichi.figures.services import Value, add_evidence, enter_values
from jichi.plan.importing import diff_documents
from jichi.plan.models import (
    Edit,
    FigurePoint,
    Indicator,
    Initiative,
    Milestone,
    Node,
    Placement,
    Plan,
    Point,
    PolicyDocument,
    ProjectFigure,
    Series,
    Statement,
)
from jichi.plan.queries.document import document_of
from jichi.plan.services import apply_document, edit_row, undo_act

from .rich import applied, document

pytestmark = pytest.mark.django_db


def loader():
    return system_viewer("pack-loader")


def apply(wanted: dict[str, Any], **more: Any):
    return apply_document(viewer=loader(), document=wanted, **more)


def facts(viewer: Any = None) -> dict[str, Any]:
    return document_of(viewer or loader(), "mihon-1")


def test_applying_twice_changes_nothing_and_records_nothing():
    applied()
    edits, entries = Edit.objects.count(), AuditEntry.objects.count()
    report = apply(document())
    assert report.touched == 0
    assert (Edit.objects.count(), AuditEntry.objects.count()) == (edits, entries)


def test_what_is_stored_says_the_same_as_the_document():
    applied()
    assert diff_documents(document(), facts()) == []
    assert apply(facts()).touched == 0


def test_zero_is_a_value_and_missing_is_none():
    applied()
    assert FigurePoint.objects.get(figure__name="講座の回数").value == Decimal(0)
    wanted = document()
    wanted["indicators"][0]["series"][0]["points"][0] |= {"value": None, "note": "この計画で新しく定めた"}
    apply(wanted)
    point = Point.objects.get(series__indicator__key="kanyu", role="baseline")
    assert point.value is None and point.note == "この計画で新しく定めた"


def test_one_changed_fact_is_one_edit_with_before_and_after():
    applied()
    wanted = document()
    wanted["nodes"][1]["name"] = "町内会・自治会を支える"
    seen = set(Edit.objects.values_list("pk", flat=True))
    report = apply(wanted, reason="名称の変更")
    [edit] = Edit.objects.exclude(pk__in=seen)
    assert report.touched == 1
    assert (edit.model, edit.reason) == ("Node", "名称の変更")
    assert edit.before["name"] == "町内会を支える" and edit.after["name"] == "町内会・自治会を支える"
    assert Node.objects.get(code="1-1").version == 2


def test_nodes_may_swap_places():
    applied()
    wanted = document()
    wanted["nodes"][1]["order"], wanted["nodes"][2]["order"] = 2, 1
    apply(wanted)
    assert list(Node.objects.filter(parent__code="1").order_by("order").values_list("code", flat=True)) == [
        "1-2",
        "1-1",
    ]


def test_initiatives_keep_their_identity_when_they_change_places():
    applied()
    ids = dict(Initiative.objects.values_list("name", "pk"))
    wanted = document()
    listed = wanted["projects"][0]["initiatives"]
    listed[0]["order"], listed[2]["order"] = 3, 1
    listed[1]["parent"] = 3
    wanted["projects"][0]["figures"][0]["initiative"] = 3
    apply(wanted)
    assert dict(Initiative.objects.values_list("name", "pk")) == ids
    assert list(Initiative.objects.order_by("order").values_list("name", flat=True)) == [
        "補助",
        "出前講座",
        "相談",
    ]
    assert Initiative.objects.get(name="出前講座").parent.name == "相談"


def test_a_kept_initiative_survives_the_removal_of_the_one_above_it():
    applied()
    kept = Initiative.objects.get(name="出前講座").pk
    wanted = document()
    listed = wanted["projects"][0]["initiatives"]
    del listed[0]
    listed[0] |= {"parent": None, "order": 1}
    listed[1]["order"] = 2
    wanted["projects"][0]["figures"][0]["initiative"] = None
    apply(wanted)
    assert Initiative.objects.get(name="出前講座").pk == kept
    assert Milestone.objects.filter(initiative_id=kept).count() == 1
    assert not Initiative.objects.filter(name="相談").exists()


def test_a_kept_node_survives_the_removal_of_its_parent():
    applied()
    kept = Node.objects.get(code="1-1-01").pk
    wanted = document()
    wanted["nodes"] = [node for node in wanted["nodes"] if node["code"] not in {"1-1", "1-1-02"}]
    for node in wanted["nodes"]:
        if node["code"] == "1-1-01":
            node |= {"parent": "1-2", "order": 2}
    wanted["indicators"] = wanted["indicators"][1:]
    wanted["projects"] = [one for one in wanted["projects"] if one["code"] != "1-1-02"]
    wanted["not_held"][0]["node"] = None
    apply(wanted)
    assert Node.objects.get(code="1-1-01").pk == kept
    assert Node.objects.get(pk=kept).parent.code == "1-2"
    assert ProjectFigure.objects.filter(project_id=kept).count() == 2


def test_what_goes_with_a_removed_row_is_in_the_history_too():
    applied()
    wanted = document()
    wanted["projects"][0]["initiatives"] = []
    wanted["projects"][0]["figures"][0]["initiative"] = None
    apply(wanted)
    removed = Edit.objects.filter(after__isnull=True).values_list("model", flat=True)
    assert sorted(removed) == ["Initiative"] * 3 + ["Milestone"] * 3


def test_a_removal_can_be_taken_back_whole(planning_officer):
    applied()
    before = facts()
    wanted = document()
    wanted["projects"][0]["initiatives"] = []
    wanted["projects"][0]["figures"] = wanted["projects"][0]["figures"][:1]
    wanted["projects"][0]["figures"][0]["initiative"] = None
    wanted["nodes"] = wanted["nodes"][:-1]
    wanted["projects"] = wanted["projects"][:-1]
    apply_document(viewer=planning_officer, document=wanted)
    assert facts() != before
    undo_act(viewer=planning_officer, act_id=Edit.objects.latest("pk").act_id)
    assert facts() == before


def test_swaps_and_new_rows_can_be_taken_back(planning_officer):
    applied()
    before = facts()
    wanted = document()
    wanted["nodes"][1]["order"], wanted["nodes"][2]["order"] = 2, 1
    wanted["projects"][0]["initiatives"].insert(
        0, {"order": 1, "marker": "●", "parent": None, "name": "新しい取組", "activities": []}
    )
    for order, one in enumerate(wanted["projects"][0]["initiatives"], start=1):
        one["order"] = order
    wanted["projects"][0]["initiatives"][2]["parent"] = 2
    wanted["projects"][0]["figures"][0]["initiative"] = 2
    apply_document(viewer=planning_officer, document=wanted)
    undo_act(viewer=planning_officer, act_id=Edit.objects.latest("pk").act_id)
    assert facts() == before


def test_a_number_with_measured_values_is_not_removed():
    applied()
    figure = ProjectFigure.objects.get(name="相談件数")
    evidence = add_evidence(viewer=loader(), title="報告書")
    enter_values(
        viewer=loader(), values=[Value(figure=figure, fiscal_year=2022, value=Decimal(1))], evidence=evidence
    )
    wanted = document()
    wanted["projects"][0]["figures"] = []
    with pytest.raises(Invalid):
        apply(wanted)
    assert ProjectFigure.objects.filter(pk=figure.pk).exists()


def test_an_indicator_outlives_its_placement():
    applied()
    wanted = document()
    wanted["indicators"] = wanted["indicators"][1:]
    apply(wanted)
    assert Indicator.objects.filter(key="kanyu").exists()
    assert not Placement.objects.filter(indicator__key="kanyu").exists()
    assert not Point.objects.filter(series__indicator__key="kanyu").exists()
    assert Series.objects.filter(indicator__key="kanyu").exists()


def test_translations_come_from_the_document_and_its_memory():
    applied()
    assert Indicator.objects.get(key="kanyu").translations["en"]["name"].startswith("Membership")
    apply(document(), memory={"en": {"文化を育てる": "Culture"}})
    assert Node.objects.get(code="1-2").translations == {"en": {"name": "Culture"}}


def test_a_translation_is_kept_while_its_source_stays_and_goes_when_it_changes():
    applied()
    silent = document()
    silent["translations"] = {}
    apply(silent)
    assert Node.objects.get(code="1-1").translations == {"en": {"name": "Support"}}
    silent["nodes"][1]["name"] = "別の名前"
    apply(silent)
    assert Node.objects.get(code="1-1").translations == {}


def test_departments_are_set(department):
    wanted = document()
    wanted["nodes"][3]["department"] = department.key
    apply(wanted, departments={department.key: department.pk})
    assert Node.objects.get(code="1-1-01").department == department


def test_a_document_that_names_no_department_leaves_the_one_entered(department, planning_officer):
    applied()
    node = Node.objects.get(code="1-1-01")
    edit_row(
        viewer=planning_officer, model="Node", pk=node.pk, version=1, changes={"department_id": department.pk}
    )
    apply(document())
    node.refresh_from_db()
    assert node.department == department


def test_the_prose_of_an_import_is_not_wiped_by_a_document_without_it():
    wanted = document()
    wanted["nodes"][0]["source_text"] = "計画書の本文"
    wanted["nodes"][1]["statements"][0]["source_text"] = "本文の目標"
    apply(wanted)
    apply(document())
    assert Node.objects.get(code="1").source_text == "計画書の本文"
    assert Statement.objects.get(kind="goal").source_text == "本文の目標"


@pytest.mark.parametrize(
    ("damage", "field"),
    [
        (lambda d: d["nodes"][1].update(parent="9"), "nodes"),
        (lambda d: d["nodes"][1].update(level="ward"), "nodes"),
        (lambda d: d["nodes"][1].update(parent="1-1-01"), "nodes"),
        (lambda d: d["nodes"].append(copy.deepcopy(d["nodes"][1])), "nodes"),
        (lambda d: d["nodes"][3].update(department="nobody"), "department"),
        (lambda d: d["projects"][0]["initiatives"][1].update(parent=9), "initiatives"),
    ],
)
def test_a_document_that_contradicts_itself_changes_nothing(damage, field):
    applied()
    before = facts()
    wanted = document()
    damage(wanted)
    with pytest.raises(Invalid) as refused:
        apply(wanted)
    assert field in refused.value.messages
    assert facts() == before


def test_two_nodes_in_one_place_are_refused_in_words():
    wanted = document()
    wanted["nodes"][2]["order"] = 1
    with pytest.raises(Invalid):
        apply(wanted)
    assert not Plan.objects.exists()


def test_documents_keep_their_ties_to_other_plans():
    applied()
    other = document("mihon-2")
    other["documents"][0]["nodes"] = ["1-2-01"]
    apply(other)
    tied = PolicyDocument.objects.get(key="rule").nodes.values_list("plan__key", "code")
    assert set(tied) == {("mihon-1", "1-1-01"), ("mihon-2", "1-2-01")}


def test_a_whole_application_is_one_audit_entry_with_count_and_digest():
    applied()
    entry = AuditEntry.objects.get(act="plan.plan:apply")
    assert entry.count == Edit.objects.count() and entry.digest


def test_only_planners_apply(viewer_as, officer, auditor, anonymous):
    for viewer in (officer, auditor, anonymous, viewer_as()):
        with pytest.raises(NotAllowed):
            apply_document(viewer=viewer, document=document())
    assert not Plan.objects.exists()
