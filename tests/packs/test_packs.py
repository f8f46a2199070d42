"""The packs that come with Jichi: valid, complete in every language, and loaded twice without a change."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from jichi.city.errors import Invalid
from jichi.city.models import AuditEntry, City
from jichi.city.pack import PACKS, Pack
from jichi.city.viewers import system_viewer
from jichi.config.packs import load_pack
from jichi.plan.models import Plan

PACK_NAMES = sorted(path.parent.name for path in PACKS.glob("*/pack.json"))
# What a reader sees of a plan document, and therefore must be there in each language.
PROSE_KEYS = {
    "name",
    "summary",
    "text",
    "title",
    "reason",
    "unit",
    "source",
    "note",
    "definition",
    "label",
    "scope_note",
}


def published_strings(value: Any, key: str = "") -> set[str]:
    """Every string of a document that a page prints as prose."""
    if isinstance(value, dict):
        parts = (published_strings(item, name) for name, item in value.items() if name != "translations")
        return set().union(*parts)
    if isinstance(value, list):
        return set().union(*(published_strings(item, key) for item in value))
    return {value} if key in PROSE_KEYS and isinstance(value, str) and value else set()


@pytest.mark.parametrize("name", PACK_NAMES)
@pytest.mark.parametrize("language", ["en", "ja-simple"])
def test_every_published_string_has_a_translation(name: str, language: str) -> None:
    pack = Pack.open(name)
    missing: set[str] = set()
    for filename in pack.files("plans"):
        document = json.loads((pack.root / filename).read_text(encoding="utf-8"))
        head = {key: value for key, value in document["plan"].items() if key != "source"}
        missing |= published_strings({**document, "plan": head}) - pack.memory[language].keys()
    assert not missing


@pytest.mark.parametrize("name", PACK_NAMES)
def test_english_holds_no_kana(name: str) -> None:
    english = Pack.open(name).memory["en"]
    with_kana = {text for text in english.values() if any("\u3041" <= sign <= "\u30ff" for sign in text)}
    assert not with_kana


@pytest.fixture
def broken_pack(tmp_path: Path) -> Path:
    """A copy of the fictitious city's pack, to be broken."""
    folder = tmp_path / "broken"
    shutil.copytree(PACKS / "mihon", folder)
    return folder


def change(path: Path, change: Any) -> None:
    """Rewrite a JSON file after ``change`` has worked on its data."""
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "break_it", "said"),
    [
        ("city.json", lambda data: data.update(code="12"), "city.json#/code"),
        ("city.json", lambda data: data["wards"][1].pop("name"), "city.json#/wards/1"),
        ("plans/mihon-2.json", lambda data: data["nodes"][3].update(extra=1), "plans/mihon-2.json#/nodes/3"),
        (
            "observations.json",
            lambda data: data["evidence"][0]["values"][0].update(value="9"),
            "values/0/value",
        ),
    ],
)
def test_a_broken_pack_says_where_and_writes_nothing(
    broken_pack: Path, file: str, break_it: Any, said: str
) -> None:
    change(broken_pack / file, break_it)
    with pytest.raises(Invalid) as error:
        load_pack(viewer=system_viewer("pack-loader"), name=str(broken_pack))
    assert said in str(error.value)
    assert not City.objects.exists() and not Plan.objects.exists()


@pytest.mark.django_db
def test_a_pack_whose_values_name_an_unknown_indicator_leaves_the_database_as_it_was(
    broken_pack: Path,
) -> None:
    change(
        broken_pack / "observations.json",
        lambda data: data["evidence"][0]["values"][0].update(indicator="nobody-knows"),
    )
    with pytest.raises(Invalid, match="nobody-knows"):
        load_pack(viewer=system_viewer("pack-loader"), name=str(broken_pack))
    assert not City.objects.exists() and not Plan.objects.exists() and not AuditEntry.objects.exists()


def test_a_missing_pack_names_those_that_exist() -> None:
    with pytest.raises(Invalid, match="kawasaki"):
        Pack.open("atlantis")
