"""Routes as data: versions are added, dated twice, and looked up as known on a day."""

from __future__ import annotations

import datetime
import json

import jsonschema
import pytest
from django.db import IntegrityError, transaction

from jichi.city import pack as packs
from jichi.city.access import ANONYMOUS
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import Department
from jichi.city.viewers import system_viewer
from jichi.manifest import Role
from jichi.office import services
from jichi.office.models import Route, RouteVersion
from jichi.office.queries import route_version

from .putting import PARALLEL, STEPS, load, pack_with, put_up, version_of

pytestmark = pytest.mark.django_db

SCHEMA = "office/schema/jichi-routes-1.schema.json"


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_the_same_content_makes_no_new_version_and_other_content_makes_one(other_department):
    assert load().versions == ["publish/1"]
    again = load()
    assert (again.touched, again.unchanged) == (0, 1)
    assert load(PARALLEL).versions == ["publish/2"]
    assert [row.number for row in RouteVersion.objects.all()] == [1, 2]


def test_the_order_of_keys_makes_no_new_version(db):
    load()
    turned = [dict(reversed(step.items())) for step in STEPS]
    assert load(turned).touched == 0


def test_a_route_is_looked_up_as_in_force_and_as_known_on_a_day(other_department):
    later = version_of(PARALLEL, in_force_from="2025-04-01", known_from="2025-06-01")
    load(versions=[version_of(STEPS), later])

    assert route_version("publish", on=day("2025-03-31"), known_on=day("2025-06-01")).number == 1
    assert route_version("publish", on=day("2025-04-01"), known_on=day("2025-06-01")).number == 2
    assert route_version("publish", on=day("2025-04-01"), known_on=day("2025-05-31")).number == 1


def test_what_holds_not_yet_or_no_more_or_never_is_told_apart(db):
    load(versions=[version_of(STEPS, in_force_from="2024-04-01", in_force_to="2025-03-31")])

    def why(key: str, on: str) -> str:
        with pytest.raises(Invalid) as caught:
            route_version(key, on=day(on))
        return caught.value.messages["route_key"][0]

    assert len({why("none", "2024-04-01"), why("publish", "2024-03-31"), why("publish", "2025-04-01")}) == 3
    assert route_version("publish", on=day("2025-03-31")).number == 1


@pytest.mark.parametrize(
    "steps",
    [
        STEPS[:2],
        [STEPS[2], STEPS[2] | {"order": 4}],
        [STEPS[0], STEPS[2] | {"order": 1}],
        [STEPS[2], STEPS[0] | {"order": 4}],
        [STEPS[0] | {"department": None}, STEPS[2]],
        [STEPS[0] | {"department": "nobody"}, STEPS[2]],
        [STEPS[2] | {"deputies": [{"role": "bureau_head"}]}],
    ],
    ids=["no decision", "two", "beside a consultation", "not last", "no office", "unknown", "deputy"],
)
def test_unsound_steps_are_refused_at_their_place_and_nothing_is_written(steps):
    with pytest.raises(Invalid) as caught:
        load(steps)
    assert list(caught.value.messages) == ["routes/0/versions/0/steps"]
    assert Route.objects.count() == 0


def test_a_role_that_no_step_may_have_is_refused_by_the_schema():
    packs.validate({"format": "jichi-routes/1", "routes": []}, SCHEMA, name="routes.json")
    wrong = version_of([STEPS[2] | {"role": "auditor"}])
    data = {"format": "jichi-routes/1", "routes": [{"key": "x", "title": {"ja": "x"}, "versions": [wrong]}]}
    with pytest.raises(Invalid):
        packs.validate(data, SCHEMA, name="routes.json")


def test_only_the_system_and_the_administrator_load(planning_officer, administrator):
    data = {"format": "jichi-routes/1", "routes": []}
    for viewer in (planning_officer, ANONYMOUS):
        with pytest.raises(NotAllowed):
            services.load_routes(viewer=viewer, pack=pack_with(), data=data)
    assert services.load_routes(viewer=administrator, pack=pack_with(), data=data).touched == 0


def test_a_version_never_changes(db):
    load()
    for change in (
        lambda: RouteVersion.objects.update(source="x"),
        lambda: RouteVersion.objects.all().delete(),
        lambda: Route.objects.all().delete(),
        lambda: Route.objects.update(key="other"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_route_of_an_office_is_for_it_and_those_below(viewer_as, department, other_department):
    below = Department.objects.create(key="kakari", name="係", kind="other", parent=department)
    load(department="kyodo")
    put_up(viewer_as(Role.OFFICER, below), below)
    with pytest.raises(Invalid) as caught:
        put_up(viewer_as(Role.OFFICER, other_department), other_department)
    assert list(caught.value.messages) == ["route_key"]


def test_the_bureau_is_the_office_at_the_top(viewer_as, department, other_department):
    bureau = Department.objects.create(key="kyoku", name="局", kind="bureau")
    Department.objects.filter(pk=department.pk).update(parent=bureau)
    load()
    approval = put_up(viewer_as(Role.OFFICER, department), department)
    assert list(approval.steps.values_list("department_id", flat=True)) == [department.pk, bureau.pk, None]


def test_a_route_that_asks_the_own_office_needs_one(planning_officer, db):
    load()
    with pytest.raises(Invalid) as caught:
        put_up(planning_officer, None)
    assert list(caught.value.messages) == ["department_id"]


def test_the_fictitious_city_brings_a_route_and_loading_it_twice_changes_nothing(db):
    pack = packs.Pack.open("mihon")
    [name] = pack.files("routes")
    data = pack.data(name, SCHEMA)
    for key in ("kikaku", "kurashi"):
        Department.objects.create(key=key, name=key, kind="bureau")
    loader = system_viewer("pack-loader")
    assert services.load_routes(viewer=loader, pack=pack, data=data).versions == ["publish-evaluation/1"]
    assert services.load_routes(viewer=loader, pack=pack, data=data).touched == 0


def test_the_real_city_brings_no_route():
    assert packs.Pack.open("kawasaki").files("routes") == []


@pytest.mark.parametrize("name", ["jichi-routes-1", "jichi-packet-1"])
def test_the_schemas_are_schemas(name):
    text = (packs.PACKAGE / f"office/schema/{name}.schema.json").read_text(encoding="utf-8")
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
