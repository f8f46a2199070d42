"""Acts on the directory: who may, who may not, one entry each, objections by field, conflicts."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from jichi.city.access import ANONYMOUS, Viewer
from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry, Department
from jichi.directory import services
from jichi.directory.models import Body, Organisation, Place
from jichi.manifest import Role

pytestmark = pytest.mark.django_db
DAY = datetime.date(2027, 3, 31)


def entries() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(act__startswith="directory.").order_by("pk"))


def objections(error: Any) -> dict[str, list[str]]:
    return dict(error.value.messages)


# --- entering -------------------------------------------------------------------------------------------------
def test_an_organisation_is_entered_with_its_number_as_it_was_typed(planning_officer: Viewer) -> None:
    row = services.save_organisation(
        viewer=planning_officer,
        key="kyokai",
        facts={"name": " 見本協会 ", "kind": "foundation", "corporate_number": "８-7001-1000-5901"},
    )
    assert (row.name, row.corporate_number, row.version) == ("見本協会", "8700110005901", 1)
    [entry] = entries()
    assert (entry.act, entry.object_type) == ("directory.organisation:edit", "directory.organisation")
    assert entry.fields == {"created": [None, "kyokai"]}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("700110005901", "8700110005901"),
        ("1700110005901", "1700110005901"),
        ("8700110", "7"),
        ("T8700110005901", "T8700110005901"),
    ],
)
def test_a_wrong_number_is_told_with_what_is_wrong(planning_officer: Viewer, number: str, said: str) -> None:
    with pytest.raises(Invalid) as error:
        services.save_organisation(
            viewer=planning_officer, key="x", facts={"name": "甲", "kind": "npo", "corporate_number": number}
        )
    assert list(objections(error)) == ["corporate_number"]
    assert said in str(error.value)
    assert not Organisation.objects.exists() and not entries()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "  "}, "name"),
        ({"kind": "castle"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"url": "ftp://example.jp/"}, "url"),
        ({"url": "https://"}, "url"),
        ({"valid_from": DAY, "valid_to": datetime.date(2026, 1, 1)}, "valid_to"),
        ({"ward_id": 999}, "ward"),
        ({"operator_id": 999}, "operator"),
        ({"translations": {"en": {"kind": "x"}}}, "translations"),
        ({"translations": {"Englisch": {"name": "x"}}}, "translations"),
        ({"hours": "あ" * 301}, "hours"),
        ({"key": "other"}, "key"),
    ],
)
def test_what_cannot_be_is_told_by_field_and_nothing_is_written(
    planning_officer: Viewer, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as error:
        services.save_place(viewer=planning_officer, key="x", facts={"name": "甲", "kind": "hall", **facts})
    assert list(objections(error)) == [field]
    assert not Place.objects.exists() and not entries()


@pytest.mark.parametrize("key", ["", "市民館", "a b", "centre"])
def test_a_key_is_a_new_slug(planning_officer: Viewer, place: Place, key: str) -> None:
    with pytest.raises(Invalid) as error:
        services.save_place(viewer=planning_officer, key=key, facts={"name": "甲", "kind": "hall"})
    assert list(objections(error)) == ["key"]


def test_a_body_needs_an_office_and_a_plausible_number_of_seats(planning_officer: Viewer) -> None:
    with pytest.raises(Invalid) as error:
        services.save_body(
            viewer=planning_officer, key="x", facts={"name": "甲", "kind": "attached", "seats": 0}
        )
    assert set(objections(error)) == {"department", "seats"}


# --- who may --------------------------------------------------------------------------------------------------
def test_an_officer_enters_places_and_bodies_of_her_own_office_only(
    officer: Viewer, department: Department, other_department: Department
) -> None:
    facts = {"name": "甲", "kind": "other"}
    mine, others = {"department_id": department.pk}, {"department_id": other_department.pk}
    assert services.save_place(viewer=officer, key="a", facts=facts | mine).department == department
    assert services.save_body(viewer=officer, key="a", facts=facts | mine).department == department
    for save in (services.save_place, services.save_body):
        with pytest.raises(NotAllowed):
            save(viewer=officer, key="b", facts=facts | others)
    with pytest.raises(NotAllowed):
        services.save_place(viewer=officer, key="b", facts=facts)
    with pytest.raises(NotAllowed):
        services.save_organisation(viewer=officer, key="b", facts=facts)


def test_an_officer_neither_changes_nor_hands_over_what_is_not_hers(
    officer: Viewer, place: Place, other_department: Department
) -> None:
    with pytest.raises(NotAllowed):
        services.save_place(
            viewer=officer, place_id=place.pk, version=1, facts={"department_id": other_department.pk}
        )
    Place.objects.update(department=other_department)
    for facts in ({"name": "乙"}, {"department_id": place.department_id}):
        with pytest.raises(NotAllowed):
            services.save_place(viewer=officer, place_id=place.pk, version=1, facts=facts)
    with pytest.raises(NotAllowed):
        services.close_place(viewer=officer, place_id=place.pk, version=1, last_day=DAY)
    place.refresh_from_db()
    assert (place.name, place.version, place.department) == ("市民活動センター", 1, other_department)
    assert not entries()


@pytest.mark.parametrize(
    "role", [None, Role.PLACE_OPERATOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.BUREAU_HEAD, Role.TRANSLATOR]
)
def test_nobody_else_writes(
    role: Role | None, viewer_as: Any, department: Department, place: Place, body: Body
) -> None:
    viewers = [ANONYMOUS, viewer_as(role, department if role is Role.BUREAU_HEAD else None)]
    for viewer in viewers:
        with pytest.raises(NotAllowed):
            services.save_place(viewer=viewer, place_id=place.pk, version=1, facts={"name": "乙"})
        with pytest.raises(NotAllowed):
            services.close_body(viewer=viewer, body_id=body.pk, version=1, last_day=DAY)
        with pytest.raises(NotAllowed):
            services.save_organisation(viewer=viewer, key="x", facts={"name": "乙", "kind": "npo"})
    assert not entries()


# --- changing ---------------------------------------------------------------------------------------------------
def test_a_change_tells_old_and_new_and_of_prose_only_that_it_changed(officer: Viewer, place: Place) -> None:
    row = services.save_place(
        viewer=officer,
        place_id=place.pk,
        version=1,
        facts={
            "toilet": True,
            "step_free": True,
            "valid_from": datetime.date(2020, 4, 1),
            "source_note": "現地で確認",
            "operator_id": None,
        },
    )
    assert (row.version, row.toilet, row.operator) == (2, True, None)
    [entry] = entries()
    assert entry.fields == {
        "toilet": [False, True],
        "valid_from": [None, "2020-04-01"],
        "source_note": "changed",
        "operator_id": [place.operator_id, None],
    }


def test_the_second_of_two_editors_is_told_and_loses_nothing(
    planning_officer: Viewer, officer: Viewer, place: Place, body: Body
) -> None:
    services.save_place(viewer=officer, place_id=place.pk, version=1, facts={"hours": "9時〜17時"})
    with pytest.raises(Conflict) as error:
        services.save_place(viewer=planning_officer, place_id=place.pk, version=1, facts={"hours": "10時〜"})
    assert error.value.current.hours == "9時〜17時"
    services.close_body(viewer=officer, body_id=body.pk, version=1, last_day=DAY)
    with pytest.raises(Conflict):
        services.close_body(viewer=planning_officer, body_id=body.pk, version=1, last_day=DAY)
    with pytest.raises(Conflict):
        services.save_body(viewer=planning_officer, body_id=body.pk, version=None, facts={"name": "乙"})
    assert len(entries()) == 2


def test_saving_what_stands_already_is_no_act(officer: Viewer, place: Place) -> None:
    row = services.save_place(viewer=officer, place_id=place.pk, version=1, facts={"name": place.name})
    assert row.version == 1 and not entries()


def test_a_refused_change_leaves_the_row_as_it_was(officer: Viewer, place: Place) -> None:
    with pytest.raises(Invalid):
        services.save_place(
            viewer=officer, place_id=place.pk, version=1, facts={"name": "乙", "url": "mailto:a@example.jp"}
        )
    place.refresh_from_db()
    assert (place.name, place.version) == ("市民活動センター", 1)


def test_empty_translations_are_dropped(officer: Viewer, place: Place) -> None:
    texts = {"en": {"name": " Centre ", "hours": ""}, "ja-simple": {"name": ""}}
    row = services.save_place(viewer=officer, place_id=place.pk, version=1, facts={"translations": texts})
    assert row.translations == {"en": {"name": "Centre"}}


# --- closing ----------------------------------------------------------------------------------------------------
def test_closing_sets_the_last_day_once(planning_officer: Viewer, operator: Organisation) -> None:
    row = services.close_organisation(
        viewer=planning_officer, organisation_id=operator.pk, version=1, last_day=DAY
    )
    assert (row.valid_to, row.version) == (DAY, 2)
    with pytest.raises(Invalid):
        services.close_organisation(
            viewer=planning_officer, organisation_id=operator.pk, version=2, last_day=DAY
        )
    [entry] = entries()
    assert entry.fields == {"valid_to": [None, "2027-03-31"]}


def test_nothing_ends_before_it_begins(officer: Viewer, body: Body) -> None:
    Body.objects.update(valid_from=datetime.date(2027, 4, 1))
    with pytest.raises(Invalid) as error:
        services.close_body(viewer=officer, body_id=body.pk, version=1, last_day=DAY)
    assert list(objections(error)) == ["valid_to"]


def test_a_closed_number_can_be_used_by_the_successor(
    planning_officer: Viewer, operator: Organisation
) -> None:
    number = {"corporate_number": "8700110005901"}
    services.save_organisation(viewer=planning_officer, organisation_id=operator.pk, version=1, facts=number)
    fresh = {"name": "後継団体", "kind": "npo", **number}
    with pytest.raises(Invalid) as error:
        services.save_organisation(viewer=planning_officer, key="next", facts=fresh)
    assert "shien" in objections(error)["corporate_number"][0]
    services.close_organisation(viewer=planning_officer, organisation_id=operator.pk, version=2, last_day=DAY)
    assert services.save_organisation(viewer=planning_officer, key="next", facts=fresh).version == 1
