"""The consultations of sample packs: what their files say fits together, and real cities bring none."""

from __future__ import annotations

import dataclasses

import pytest

from jichi.city.errors import Invalid
from jichi.city.pack import Pack
from jichi.city.viewers import system_viewer
from jichi.consultations.models import Consultation
from jichi.consultations.services.packs import load_consultations
from jichi.consultations.services.packs_voices import SCHEMA
from jichi.methods import drafts
from jichi.methods.splitting import propose

MIHON = Pack.open("mihon")
FILES = MIHON.files("consultation_voices")
CONSULTATIONS = {
    item["key"]: item
    for item in MIHON.data("consultations.json", "consultations/schema/jichi-consultations-1.schema.json")[
        "consultations"
    ]
}


def draft_of(key: str) -> drafts.Draft:
    return drafts.from_markdown(
        (MIHON.root / CONSULTATIONS[key]["texts"][0]["file"]).read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("name", FILES)
def test_what_people_said_fits_the_draft_and_falls_into_one_opinion_each(name: str) -> None:
    data = MIHON.data(name, SCHEMA)
    anchors = set(draft_of(data["consultation"]).anchors)
    topics = {item["key"] for item in data["topics"]}
    for item in data["arguments"]:
        assert item.get("anchor", next(iter(anchors))) in anchors, item["key"]
        assert item["topic"] in topics
        assert ("code" in item) == ("view" in item)
        for one in item["texts"]:
            text = one if isinstance(one, str) else one["text"]
            assert [part.is_opinion for part in propose(text)] == [True], text
            for mask in [] if isinstance(one, str) else one.get("mask", []):
                assert mask["text"] in text


def test_every_change_of_the_final_text_is_explained_by_those_who_asked_for_it() -> None:
    data = MIHON.data(FILES[0], SCHEMA)
    final = drafts.from_markdown((MIHON.root / data["result"]["file"]).read_text(encoding="utf-8"))
    draft = draft_of(data["consultation"])
    changed = {one.anchor for one in drafts.compare(draft, drafts.carry_anchors(draft, final))}
    told = {one["anchor"]: one for one in data["result"]["changes"]}
    assert changed == told.keys() and len(draft.paragraphs) >= 35
    codes = {item["key"]: item["code"] for item in data["arguments"]}
    assert {codes[key] for one in told.values() for key in one["behind"]} == {"1"}
    assert {codes[key] for one in told.values() for key in one.get("against", ())} == {"4"}


@pytest.mark.django_db
def test_a_real_city_brings_no_consultation() -> None:
    real = dataclasses.replace(MIHON, head={**MIHON.head, "kind": "real"})
    data = {"consultations": list(CONSULTATIONS.values())}
    with pytest.raises(Invalid, match="見本"):
        load_consultations(viewer=system_viewer("pack-loader"), pack=real, data=data)
    assert not Consultation.objects.exists()
    assert not Pack.open("kawasaki").files("consultation_voices")


@pytest.mark.django_db
def test_an_unknown_office_is_named_and_nothing_is_left() -> None:
    data = {"consultations": [CONSULTATIONS["hodo-keikaku"]]}
    with pytest.raises(Invalid) as error:
        load_consultations(viewer=system_viewer("pack-loader"), pack=MIHON, data=data)
    assert "consultations/0/department" in error.value.messages
    assert not Consultation.objects.exists()
