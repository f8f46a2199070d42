"""Acts of the city room: permission, one entry each, objections with the field, conflicts."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from jichi.city import services
from jichi.city.access import ANONYMOUS, Viewer
from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.invitations import account_invited, invitation_parts
from jichi.city.models import (
    Account,
    AuditActor,
    AuditEntry,
    City,
    Department,
    DepartmentSuccession,
    Grant,
    Person,
)
from jichi.city.pack import Pack
from jichi.city.viewers import system_viewer, viewer_for
from jichi.manifest import Role

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(datetime.datetime(2026, 11, 24, 3, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def person(administrator: Viewer) -> Person:
    return services.create_person(viewer=administrator, name="山田")


def give(viewer: Viewer, person: Person, **changes: Any) -> Grant:
    return services.give_grant(
        viewer=viewer, person_id=person.pk, **{"role": "auditor", "valid_from": TODAY, **changes}
    )


def entries(act: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(act=act))


# --- people and accounts --------------------------------------------------------------------------------------
def test_a_person_is_entered_with_one_entry_that_does_not_tell_the_name(administrator: Viewer) -> None:
    person = services.create_person(viewer=administrator, name=" 山田 ")
    assert person.name == "山田"
    [entry] = entries("city.person:create")
    assert entry.object_id == str(person.pk)
    assert entry.actor == administrator.actor
    assert entry.fields == {"name": "changed"}


@pytest.mark.parametrize("name", ["", "  ", "あ" * 101])
def test_a_person_needs_a_name(administrator: Viewer, name: str) -> None:
    with pytest.raises(Invalid) as error:
        services.create_person(viewer=administrator, name=name)
    assert set(error.value.messages) == {"name"}
    assert not entries("city.person:create")


def test_who_may_not_writes_nothing(planning_officer: Viewer, person: Person) -> None:
    before = AuditEntry.objects.count()
    for viewer in (ANONYMOUS, planning_officer):
        with pytest.raises(NotAllowed):
            services.create_person(viewer=viewer, name="甲")
        with pytest.raises(NotAllowed):
            give(viewer, person)
        with pytest.raises(NotAllowed):
            services.open_account(viewer=viewer, person_id=person.pk, email="a@example.jp")
    assert AuditEntry.objects.count() == before


def test_an_account_is_opened_by_invitation_and_the_link_works_once(
    administrator: Viewer, person: Person
) -> None:
    account = services.open_account(viewer=administrator, person_id=person.pk, email=" Yamada@Example.JP ")
    assert account.email == "yamada@example.jp"
    assert not account.has_usable_password()
    uid, token = invitation_parts(account)
    services.accept_invitation(uid=uid, token=token, password="a sentence that is long")
    account.refresh_from_db()
    assert account.check_password("a sentence that is long")
    with pytest.raises(Account.DoesNotExist):
        services.accept_invitation(uid=uid, token=token, password="another long sentence")
    [entry] = entries("city.account:accept")
    # The entry ties the pseudonym to nothing but itself.
    assert entry.object_id == str(entry.actor)


@pytest.mark.parametrize("days", [2, 4])
def test_an_invitation_is_void_after_three_days(administrator: Viewer, person: Person, days: int) -> None:
    account = services.open_account(viewer=administrator, person_id=person.pk, email="a@example.jp")
    uid, token = invitation_parts(account)
    later = datetime.datetime(2026, 11, 24, 3, tzinfo=datetime.UTC) + datetime.timedelta(days=days)
    with time_machine.travel(later, tick=False):
        if days < 3:
            assert account_invited(uid=uid, token=token) == account
        else:
            with pytest.raises(Account.DoesNotExist):
                account_invited(uid=uid, token=token)


def test_inviting_again_voids_password_and_earlier_links(administrator: Viewer, person: Person) -> None:
    account = services.open_account(viewer=administrator, person_id=person.pk, email="a@example.jp")
    old = invitation_parts(account)
    fresh = services.invite_again(viewer=administrator, account_id=account.pk)
    with pytest.raises(Account.DoesNotExist):
        account_invited(uid=old[0], token=old[1])
    uid, token = invitation_parts(fresh)
    assert account_invited(uid=uid, token=token) == account


@pytest.mark.parametrize("uid", ["", "x", "AAAA", "あ", "%00"])
def test_a_garbled_link_is_void(uid: str) -> None:
    with pytest.raises(Account.DoesNotExist):
        account_invited(uid=uid, token="x")


def test_objections_to_an_account_name_the_field(administrator: Viewer, person: Person) -> None:
    for email in ("", "no address", "a@"):
        with pytest.raises(Invalid) as error:
            services.open_account(viewer=administrator, person_id=person.pk, email=email)
        assert set(error.value.messages) == {"email"}
    with pytest.raises(Invalid) as error:
        services.open_account(
            viewer=administrator, person_id=person.pk, email="a@example.jp", password="short"
        )
    assert set(error.value.messages) == {"password"}
    services.open_account(viewer=administrator, person_id=person.pk, email="a@example.jp")
    other = services.create_person(viewer=administrator, name="鈴木")
    with pytest.raises(Invalid) as error:
        services.open_account(viewer=administrator, person_id=other.pk, email="A@EXAMPLE.jp")
    assert set(error.value.messages) == {"email"}
    with pytest.raises(Invalid):
        services.open_account(viewer=administrator, person_id=person.pk, email="b@example.jp")


def test_a_closed_account_signs_in_no_more_and_closing_twice_is_a_conflict(
    administrator: Viewer, person: Person
) -> None:
    account = services.open_account(
        viewer=administrator, person_id=person.pk, email="a@example.jp", password="a sentence that is long"
    )
    closed = services.close_account(viewer=administrator, account_id=account.pk)
    assert not closed.is_active
    assert not closed.has_usable_password()
    with pytest.raises(Conflict):
        services.close_account(viewer=administrator, account_id=account.pk)
    assert len(entries("city.account:close")) == 1


def test_nobody_closes_the_account_she_is_using(administrator: Viewer) -> None:
    assert administrator.account_id is not None
    with pytest.raises(Invalid):
        services.close_account(viewer=administrator, account_id=administrator.account_id)


# --- grants ----------------------------------------------------------------------------------------------------
def test_a_grant_is_given_with_everything_on_record(administrator: Viewer, person: Person) -> None:
    grant = give(administrator, person, valid_to=TODAY + datetime.timedelta(days=9), reason="異動")
    [entry] = entries("city.grant:give")
    assert entry.object_id == str(grant.pk)
    assert entry.fields["role"] == [None, "auditor"]
    assert entry.fields["valid_to"] == [None, "2026-12-03"]
    assert entry.fields["reason"] == "changed"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": "king"}, "role"),
        ({"role": "anyone"}, "role"),
        ({"role": "account_holder"}, "role"),
        ({"role": "officer"}, "department"),
        ({"role": "section_head"}, "department"),
        ({"role": "place_operator"}, "object_type"),
        ({"object_type": "plan.plan"}, "object_id"),
        ({"department_id": 0}, "department"),
        ({"valid_to": TODAY - datetime.timedelta(days=1)}, "valid_to"),
    ],
)
def test_a_grant_that_cannot_be_is_refused_at_its_field(
    administrator: Viewer, person: Person, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as error:
        give(administrator, person, **changes)
    assert set(error.value.messages) == {field}
    assert not Grant.objects.filter(person=person).exists()


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        ((0, 10), (5, 15), True),
        ((0, 10), (10, None), True),
        ((0, 10), (11, None), False),
        ((0, None), (100, 200), True),
        ((5, None), (0, 4), False),
        ((5, None), (0, 5), True),
    ],
)
def test_the_same_grant_is_not_given_twice_for_the_same_days(
    administrator: Viewer,
    person: Person,
    first: tuple[int, int | None],
    second: tuple[int, int | None],
    refused: bool,
) -> None:
    def days(span: tuple[int, int | None]) -> dict[str, Any]:
        last = None if span[1] is None else TODAY + datetime.timedelta(days=span[1])
        return {"valid_from": TODAY + datetime.timedelta(days=span[0]), "valid_to": last}

    give(administrator, person, **days(first))
    give(administrator, person, role="translator", **days(second))
    if refused:
        with pytest.raises(Invalid):
            give(administrator, person, **days(second))
    else:
        give(administrator, person, **days(second))


def test_the_last_day_is_set_and_the_past_stays(administrator: Viewer, person: Person) -> None:
    grant = give(administrator, person, valid_from=TODAY - datetime.timedelta(days=9))
    with pytest.raises(Invalid):
        services.end_grant(
            viewer=administrator, grant_id=grant.pk, last_day=TODAY - datetime.timedelta(days=1)
        )
    services.end_grant(viewer=administrator, grant_id=grant.pk, last_day=TODAY)
    grant.refresh_from_db()
    assert grant.valid_to == TODAY


def test_two_administrators_setting_a_last_day_see_each_other(administrator: Viewer, person: Person) -> None:
    grant = give(administrator, person)
    services.end_grant(viewer=administrator, grant_id=grant.pk, last_day=TODAY)
    with pytest.raises(Conflict) as error:
        services.end_grant(
            viewer=administrator, grant_id=grant.pk, last_day=TODAY + datetime.timedelta(days=5)
        )
    assert error.value.current.valid_to == TODAY


def test_a_withdrawn_grant_holds_no_more_from_this_moment_and_can_be_given_again(
    administrator: Viewer, person: Person
) -> None:
    account = services.open_account(viewer=administrator, person_id=person.pk, email="a@example.jp")
    grant = give(administrator, person)
    assert Role.AUDITOR in viewer_for(account).roles
    with pytest.raises(Invalid):
        services.withdraw_grant(viewer=administrator, grant_id=grant.pk, reason=" ")
    services.withdraw_grant(viewer=administrator, grant_id=grant.pk, reason="誤り")
    assert Role.AUDITOR not in viewer_for(account).roles
    assert Role.AUDITOR not in account.held_roles()
    with pytest.raises(Conflict):
        services.withdraw_grant(viewer=administrator, grant_id=grant.pk, reason="誤り")
    give(administrator, person)
    assert Role.AUDITOR in viewer_for(account).roles


# --- pseudonyms ------------------------------------------------------------------------------------------------
def test_a_pseudonym_is_severed_only_after_the_person_left(administrator: Viewer, person: Person) -> None:
    account = services.open_account(viewer=administrator, person_id=person.pk, email="a@example.jp")
    ref = viewer_for(account).actor
    grant = give(administrator, person)
    with pytest.raises(Invalid):
        services.sever_actor(viewer=administrator, person_id=person.pk)
    services.close_account(viewer=administrator, account_id=account.pk)
    with pytest.raises(Invalid):
        services.sever_actor(viewer=administrator, person_id=person.pk)
    services.withdraw_grant(viewer=administrator, grant_id=grant.pk, reason="退職")
    services.sever_actor(viewer=administrator, person_id=person.pk)
    actor = AuditActor.objects.get(pk=ref)
    assert (actor.person, actor.account) == (None, None)
    [entry] = entries("city.actor:sever")
    assert (entry.object_type, entry.object_id) == ("city.auditactor", str(ref))
    assert str(person.pk) not in str(entry.fields)


# --- departments -----------------------------------------------------------------------------------------------
def reorganise(viewer: Viewer, department: Department, **changes: Any) -> list[Department]:
    given = {
        "department_id": department.pk,
        "version": 1,
        "on": datetime.date(2027, 4, 1),
        "new": [services.NewDepartment(key="mirai", name="未来課")],
        **changes,
    }
    return services.reorganise_department(viewer=viewer, **given)


def test_a_department_ends_and_its_successor_begins(administrator: Viewer, department: Department) -> None:
    [successor] = reorganise(administrator, department)
    department.refresh_from_db()
    assert department.valid_to == datetime.date(2027, 3, 31)
    assert (successor.valid_from, successor.kind) == (datetime.date(2027, 4, 1), department.kind)
    assert list(DepartmentSuccession.objects.values_list("predecessor", "successor", "on")) == [
        (department.pk, successor.pk, datetime.date(2027, 4, 1))
    ]
    [entry] = entries("city.department:edit")
    assert entry.count == 2


def test_a_department_changed_meanwhile_is_a_conflict_and_nothing_is_written(
    administrator: Viewer, department: Department
) -> None:
    with pytest.raises(Conflict):
        reorganise(administrator, department, version=7)
    assert not Department.objects.filter(key="mirai").exists()
    reorganise(administrator, department)
    with pytest.raises(Conflict):
        reorganise(administrator, department, new=[services.NewDepartment(key="b", name="乙")])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"new": []}, ""),
        ({"successor_ids": [0]}, "successors"),
        ({"new": [services.NewDepartment(key="mirai", name=" ")]}, "name"),
        ({"new": [services.NewDepartment(key="未来", name="未来課")]}, "key"),
        ({"new": [services.NewDepartment(key="kyodo", name="協働課")]}, "key"),
        (
            {"new": [services.NewDepartment(key="a", name="甲"), services.NewDepartment(key="a", name="乙")]},
            "key",
        ),
        ({"source_note": "あ" * 301}, "source_note"),
    ],
)
def test_a_reorganisation_that_cannot_be_is_refused_at_its_field(
    administrator: Viewer, department: Department, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as error:
        reorganise(administrator, department, **changes)
    assert set(error.value.messages) == {field}


# --- the city's own data -----------------------------------------------------------------------------------------
@pytest.fixture
def pack() -> Pack:
    return Pack(
        root=None,  # type: ignore[arg-type]
        head={
            "key": "mihon",
            "kind": "sample",
            "files": {},
            "licence": {"data": {"ja": "自由"}},
            "default_plan": "mihon-1",
        },
    )


@pytest.fixture
def data() -> dict[str, Any]:
    return {
        "format": "jichi-city/1",
        "code": "999991",
        "name": {"ja": "見本市", "en": "Mihon City"},
        "wards": [{"key": "umi", "code": "999997", "order": 1, "name": {"ja": "海区"}, "reading": "うみく"}],
        "departments": [
            {"key": "kikaku-ka", "kind": "section", "name": {"ja": "企画課"}, "parent": "kikaku"},
            {"key": "kikaku", "kind": "bureau", "name": {"ja": "企画局"}, "valid_from": "2020-04-01"},
            {"key": "umi", "kind": "ward_office", "name": {"ja": "海区役所"}, "ward": "umi"},
        ],
    }


Load = Callable[[], services.LoadReport]


@pytest.fixture
def load(pack: Pack, data: dict[str, Any]) -> Load:
    return lambda: services.load_city(viewer=system_viewer("pack-loader"), pack=pack, data=data)


def test_a_pack_is_loaded_once_and_a_second_time_changes_nothing(load: Load) -> None:
    first = load()
    assert len(first.created) == 5
    city = City.objects.get()
    assert (city.name, city.is_sample, city.default_plan_key) == ("見本市", True, "mihon-1")
    assert city.translations == {"en": {"name": "Mihon City"}}
    assert Department.objects.get(key="kikaku-ka").parent.key == "kikaku"
    second = load()
    assert not second.changed
    assert len(entries("city.city:load")) == 1


def test_a_changed_pack_updates_and_what_it_leaves_out_is_kept_and_told(
    load: Load, data: dict[str, Any]
) -> None:
    load()
    data["departments"] = data["departments"][1:]
    data["wards"][0]["name"]["en"] = "Sea Ward"
    report = load()
    assert report.updated == ["ward:umi"]
    assert report.kept == ["department:kikaku-ka"]


def test_a_pack_does_not_undo_a_reorganisation(load: Load, administrator: Viewer) -> None:
    load()
    reorganise(administrator, Department.objects.get(key="kikaku"))
    load()
    assert Department.objects.get(key="kikaku").valid_to == datetime.date(2027, 3, 31)


def test_another_citys_pack_is_refused(load: Load, data: dict[str, Any]) -> None:
    load()
    data["code"] = "141305"
    with pytest.raises(Invalid) as error:
        load()
    assert set(error.value.messages) == {"code"}


@pytest.mark.parametrize(
    "change",
    [
        {"parent": "nobody"},
        {"parent": "kikaku-ka"},
        {"ward": "yama"},
    ],
)
def test_a_pack_that_contradicts_itself_writes_nothing(
    load: Load, data: dict[str, Any], change: dict[str, str]
) -> None:
    data["departments"][0] |= change
    with pytest.raises(Invalid):
        load()
    assert not Department.objects.filter(key="kikaku").exists()
