"""Forms that a pack brings: loaded once, renewed by a version, never rolled back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jichi.city.errors import Invalid
from jichi.city.models import AuditEntry
from jichi.city.pack import Pack, validate
from jichi.city.viewers import system_viewer
from jichi.sheets.models import FormVersion
from jichi.sheets.parsing import SCHEMA, parse_definition
from jichi.sheets.services import load_forms, publish_version
from tests.sheets.samples import COUNCILS, RICH, changed

pytestmark = pytest.mark.django_db
PACK = Pack(root=Path(), head={"key": "mihon", "kind": "sample", "files": {}})


def file_of(definition, **facts):
    return {"format": "jichi-form/1", "key": "councils", "room": "figures", "definition": definition} | facts


def load(data) -> int:
    return load_forms(viewer=system_viewer("pack-loader"), pack=PACK, data=data)


def test_a_second_load_changes_and_records_nothing():
    assert load(file_of(COUNCILS)) == 1
    entries = AuditEntry.objects.count()
    assert load(file_of(json.loads(json.dumps(COUNCILS)))) == 0
    assert (FormVersion.objects.count(), AuditEntry.objects.count()) == (1, entries)


def test_a_changed_form_is_a_new_version():
    load(file_of(COUNCILS))
    newer = changed(lambda form: form["title"].update(ja="新"))
    assert load(file_of(newer, note="題名")) == 1
    assert [(row.number, row.note) for row in FormVersion.objects.order_by("number")][1] == (2, "題名")


def test_a_pack_does_not_undo_what_the_city_published(planning_officer):
    load(file_of(COUNCILS))
    form = FormVersion.objects.get().form
    own = changed(lambda form: form["title"].update(ja="市の版"))
    publish_version(viewer=planning_officer, form=form, definition=own, note="市の版")
    assert load(file_of(COUNCILS)) == 0
    assert form.versions.order_by("-number").first().note == "市の版"


def test_a_senseless_form_of_a_pack_is_named():
    broken = changed(lambda form: form["checks"][0].update(expression="women <="))
    with pytest.raises(Invalid) as error:
        load(file_of(broken))
    assert list(error.value.messages) == ["councils/definition"]
    assert not FormVersion.objects.exists()


@pytest.mark.parametrize("definition", [COUNCILS, RICH])
def test_the_file_has_a_published_form(definition):
    validate(file_of(definition), SCHEMA, name="councils.json")
    for spoilt in ({"format": "jichi-form/2"}, {"key": "Councils"}, {"definition": {}}, {"surprise": 1}):
        with pytest.raises(Invalid):
            validate(file_of(definition) | spoilt, SCHEMA, name="councils.json")
    assert parse_definition(definition)
