"""The directory of a pack: loaded twice without a change, and never undoing what the city knows better."""

from __future__ import annotations

import copy
import datetime
import re
from typing import Any

import pytest

from jichi.city.access import ANONYMOUS, Viewer
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import AuditEntry, Department, Ward
from jichi.city.pack import PACKS, Pack, validate
from jichi.city.services import load_city
from jichi.city.viewers import system_viewer
from jichi.directory.enums import BodyKind, OrganisationKind, PlaceKind
from jichi.directory.models import Body, Organisation, Place
from jichi.directory.queries import places_for
from jichi.directory.room import ROOM
from jichi.directory.services import TRANSLATED, load_directory

pytestmark = pytest.mark.django_db
PACK_NAMES = sorted(path.parent.name for path in PACKS.glob("*/pack.json"))
SCHEMA = ROOM.pack_files[0].schema


def brought(name: str) -> tuple[Pack, dict[str, Any]]:
    """The pack with its directory, its city loaded."""
    pack = Pack.open(name)
    city = pack.data(pack.files("city")[0], "city/schema/jichi-city-1.schema.json")
    load_city(viewer=system_viewer("pack-loader"), pack=pack, data=city)
    return pack, pack.data(pack.files("directory")[0], SCHEMA)


def load(pack: Pack, data: dict[str, Any]) -> Any:
    return load_directory(viewer=system_viewer("pack-loader"), pack=pack, data=data)


def entries() -> int:
    return AuditEntry.objects.filter(act__startswith="directory.").count()


@pytest.mark.parametrize("name", PACK_NAMES)
def test_a_second_load_changes_nothing(name: str) -> None:
    pack, data = brought(name)
    first = load(pack, data)
    rows = sum(len(data.get(part, [])) for part in ("organisations", "places", "bodies"))
    assert len(first.created) == rows and entries() == 1
    second = load(pack, data)
    assert not second.changed and len(second.unchanged) == rows and entries() == 1
    assert set(Place.objects.values_list("version", flat=True)) == {1}


@pytest.mark.parametrize("name", PACK_NAMES)
def test_every_text_has_its_translations(name: str) -> None:
    _pack, data = brought(name)
    models = {"organisations": "Organisation", "places": "Place", "bodies": "Body"}
    for part, model in models.items():
        for row in data.get(part, []):
            said = {field for field in TRANSLATED[model] if row.get(field)}
            for language in ("en", "ja-simple"):
                assert set(row["translations"][language]) == said, (row["key"], language)
            english = " ".join(row["translations"]["en"].values())
            assert not re.search(r"[\u3041-\u30ff\u4e00-\u9fff]", english), row["key"]


def test_the_schema_knows_the_kinds_of_the_code() -> None:
    for part, kinds in {"organisations": OrganisationKind, "places": PlaceKind, "bodies": BodyKind}.items():
        for kind in kinds.values:
            row = {"key": "x", "name": "甲", "kind": kind}
            row |= {"department": "kikaku"} if part == "bodies" else {}
            validate({"format": "jichi-directory/1", part: [row]}, SCHEMA, name="directory.json")
        with pytest.raises(Invalid, match="kind"):
            broken = {"key": "x", "name": "甲", "kind": "club", "department": "kikaku"}
            validate({"format": "jichi-directory/1", part: [broken]}, SCHEMA, name="directory.json")


def test_the_fictitious_city_has_operators_in_its_wards() -> None:
    load(*brought("mihon"))
    assert Organisation.objects.count() >= 3 and Body.objects.count() >= 6
    places = list(places_for(ANONYMOUS))
    assert len(places) >= 5 and {place.ward_id for place in places} == set(
        Ward.objects.values_list("pk", flat=True)
    )
    assert len({place.operator_id for place in places if place.operator_id}) >= 3
    values = {getattr(place, name) for place in places for name in ("step_free", "toilet", "hearing_loop")}
    assert values == {True, False, None}
    # A made-up number might be somebody's.
    assert set(Organisation.objects.values_list("corporate_number", flat=True)) == {""}


def test_of_the_real_city_nothing_but_names_is_known() -> None:
    load(*brought("kawasaki"))
    assert not Organisation.objects.exists() and not Body.objects.exists()
    for place in places_for(ANONYMOUS):
        assert place.name and "第3期実施計画" in place.source_note
        known = [place.operator, place.ward, place.department, place.address, place.hours, place.url]
        known += [place.step_free, place.toilet, place.hearing_loop, place.interpreter]
        assert not any(fact not in (None, "") for fact in known)


def test_what_the_pack_does_not_know_undoes_nothing(planning_officer: Viewer) -> None:
    pack, data = brought("mihon")
    load(pack, data)
    Place.objects.filter(key="tsudoi-asahino").update(
        toilet=True, url="https://example.jp/", translations={"en": {"name": "x"}, "ko": {"name": "한"}}
    )
    Organisation.objects.filter(key="mihon-shien").update(valid_to=datetime.date(2027, 3, 31))
    report = load(pack, data)
    assert report.updated == ["place:tsudoi-asahino"]
    place = Place.objects.get(key="tsudoi-asahino")
    assert (place.toilet, place.url) == (True, "https://example.jp/")
    assert place.translations["ko"] == {"name": "한"} and place.translations["en"]["name"] != "x"
    assert Organisation.objects.get(key="mihon-shien").valid_to is not None


def test_a_changed_pack_changes_its_rows_and_keeps_the_rest() -> None:
    pack, data = brought("mihon")
    load(pack, data)
    changed = copy.deepcopy(data)
    changed["bodies"][0]["seats"] = 16
    gone = changed["places"].pop()["key"]
    report = load(pack, changed)
    assert report.updated == [f"body:{changed['bodies'][0]['key']}"]
    assert report.kept == [f"place:{gone}"] and Place.objects.filter(key=gone).exists()
    assert Body.objects.get(key=changed["bodies"][0]["key"]).version == 2
    entry = AuditEntry.objects.filter(act="directory.entry:load").latest("pk")
    assert (entry.count, entry.object_id) == (1, "mihon")


@pytest.mark.parametrize(
    ("part", "facts", "said"),
    [
        ("places", {"ward": "atlantis"}, "place:{key} ward"),
        ("places", {"operator": "nobody"}, "place:{key} operator"),
        ("bodies", {"department": "atlantis"}, "body:{key} department"),
        ("organisations", {"corporate_number": "1700110005901"}, "organisation:{key} corporate_number"),
        ("places", {"valid_from": "2026-04-01", "valid_to": "2026-03-01"}, "place:{key} valid_to"),
    ],
)
def test_a_wrong_pack_says_where_and_writes_nothing(part: str, facts: dict[str, Any], said: str) -> None:
    pack, data = brought("mihon")
    row = data[part][-1]
    row.update(facts)
    with pytest.raises(Invalid) as error:
        load(pack, data)
    assert list(error.value.messages) == [said.format(key=row["key"])]
    assert not Organisation.objects.exists() and not Place.objects.exists() and not entries()


def test_only_who_loads_packs_loads(planning_officer: Viewer, administrator: Viewer) -> None:
    pack, data = brought("mihon")
    for viewer in (ANONYMOUS, planning_officer):
        with pytest.raises(NotAllowed):
            load_directory(viewer=viewer, pack=pack, data=data)
    assert not Place.objects.exists()
    assert load_directory(viewer=administrator, pack=pack, data=data).changed
    assert Department.objects.get(key="chiiki").places.count() == 1
