"""Undertakings of a pack: sample data only, loaded twice without a change, refused by name."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from django.conf import settings

from jichi.city.access import ANONYMOUS
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import AuditEntry, City
from jichi.city.pack import PACKS, Pack, validate
from jichi.city.services import load_city
from jichi.city.viewers import system_viewer
from jichi.directory.services import load_directory
from jichi.undertakings.models import Undertaking, UndertakingEvent
from jichi.undertakings.queries import public_for
from jichi.undertakings.room import ROOM
from jichi.undertakings.services import load_undertakings

pytestmark = pytest.mark.django_db
SCHEMA = ROOM.pack_files[0].schema


@pytest.fixture
def mihon(db: None) -> tuple[Pack, dict[str, Any]]:
    """The sample city with its councils, and its undertakings."""
    pack, loader = Pack.open("mihon"), system_viewer("pack-loader")
    for kind, load in (("city", load_city), ("directory", load_directory)):
        name = pack.files(kind)[0]
        load(viewer=loader, pack=pack, data=json.loads((pack.root / name).read_text(encoding="utf-8")))
    City.objects.get()
    return pack, pack.data(pack.files("undertakings")[0], SCHEMA)


def load(pack: Pack, data: dict[str, Any]) -> Any:
    return load_undertakings(viewer=system_viewer("pack-loader"), pack=pack, data=data)


def test_a_second_load_changes_nothing(mihon: tuple[Pack, dict[str, Any]]) -> None:
    pack, data = mihon
    report = load(pack, data)
    assert (report.undertakings, report.kept) == (6, 0)
    before = AuditEntry.objects.count(), UndertakingEvent.objects.count()
    again = load(pack, data)
    assert (again.touched, again.kept) == (0, 6)
    assert before == (AuditEntry.objects.count(), UndertakingEvent.objects.count())


def test_the_sample_shows_every_state_in_the_order_of_time(mihon: tuple[Pack, dict[str, Any]]) -> None:
    pack, data = mihon
    load(pack, data)
    rows = list(public_for(ANONYMOUS))
    assert {row.state for row in rows} == {"open", "in_progress", "done", "closed_without"}
    assert {row.adoption for row in rows} == {"undecided", "adopted", "partly", "not_adopted"}
    assert all(row.is_sample for row in rows)
    for row in rows:
        moments = list(row.events.order_by("pk").values_list("at", flat=True))
        assert moments == sorted(moments)
    numbers = list(Undertaking.objects.order_by("fiscal_year", "number").values_list("asked_on", flat=True))
    assert numbers == sorted(numbers)


def test_every_text_has_its_translations(mihon: tuple[Pack, dict[str, Any]]) -> None:
    pack, data = mihon
    load(pack, data)
    languages = [code for code, _name in settings.LANGUAGES if code != "ja"]
    for row in Undertaking.objects.all():
        for name in ("text", "summary", "context_title", "adoption_reason", "answer", "evidence_text"):
            for language in languages:
                said = row.translations[language].get(name, "")
                assert bool(said) == bool(getattr(row, name)), (row.reference, name, language)
    for event in UndertakingEvent.objects.filter(kind="progress"):
        assert set(event.translations) == set(languages)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"source_body": "nobody"}, "undertakings/0/source_body"),
        ({"asked_on": "2999-01-01"}, "undertakings/0/asked_on"),
        (
            {"steps": [{"act": "assign", "at": "2025-01-01T09:00", "department": "nobody"}]},
            "undertakings/0/steps/0/department",
        ),
        (
            {"steps": [{"act": "progress", "at": "2025-01-01T09:00", "text": "着手"}]},
            "undertakings/0/steps/0",
        ),
    ],
)
def test_what_a_pack_cannot_say_is_named(
    mihon: tuple[Pack, dict[str, Any]], change: dict[str, Any], where: str
) -> None:
    pack, data = mihon
    wrong = copy.deepcopy(data)
    wrong["undertakings"] = [{**wrong["undertakings"][0], **change}]
    validate(wrong, SCHEMA, name="undertakings.json")
    with pytest.raises(Invalid) as error:
        load(pack, wrong)
    assert set(error.value.messages) == {where}
    assert not Undertaking.objects.exists()


def test_a_real_city_brings_none_by_its_pack(mihon: tuple[Pack, dict[str, Any]]) -> None:
    _pack, data = mihon
    real = next(
        Pack.open(path.parent.name)
        for path in sorted(PACKS.glob("*/pack.json"))
        if not Pack.open(path.parent.name).is_sample
    )
    with pytest.raises(Invalid):
        load(real, data)
    assert not Undertaking.objects.exists()
    assert load(real, {"undertakings": []}).touched == 0


def test_only_who_administers_loads(mihon: tuple[Pack, dict[str, Any]], planning_officer: Any) -> None:
    pack, data = mihon
    with pytest.raises(NotAllowed):
        load_undertakings(viewer=planning_officer, pack=pack, data=data)
