"""What a pack says of sources and definitions, what the city decided since, and what an upgrade takes over."""

from __future__ import annotations

import datetime
import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps

from jichi.city.errors import Invalid
from jichi.city.models import AuditEntry
from jichi.city.pack import PACKS, Pack, read_json, validate
from jichi.city.viewers import system_viewer
from jichi.figures.models import Binding, Definition
from jichi.figures.queries import binding_of, bindings_of, definitions_of
from jichi.figures.services import amend_definition, decide_binding
from jichi.figures.services.packs_sources import load_sources
from jichi.plan.models import Indicator, Plan, ProjectFigure, Series
from tests.plan.growing import grow

SCHEMA = "figures/schema/jichi-sources-2.schema.json"
DECISION = {"ja": "見本のための決定", "en": "Decided for the sample"}


@pytest.fixture
def plan(db: None) -> Plan:
    return grow(1)


@pytest.fixture
def pack() -> Pack:
    return Pack.open("mihon")


def entry(**more: Any) -> dict[str, Any]:
    counts = {"ja": "世帯", "en": "Households"}
    return {"source_kind": "departments", "definitions": [{"code": "1", "counts": counts}], **more}


def data(**figures: Any) -> dict[str, Any]:
    named = figures or {"mihon-1-i1": entry()}
    return {
        "format": "jichi-sources/2",
        "valid_from": "2022-04-01",
        "decided_on": "2022-03-01",
        "decision": DECISION,
        "figures": named,
    }


def load(pack: Pack, wanted: dict[str, Any]) -> Any:
    validate(wanted, SCHEMA, name="sources.json")
    return load_sources(viewer=system_viewer("pack-loader"), pack=pack, data=wanted)


def test_a_pack_writes_down_definition_and_first_decision_once(plan, pack, department):
    wanted = data(
        **{
            "mihon-1-i1": entry(owner=department.key, due={"month": 6, "day": 30}),
            "1-1-01/1": entry(source_kind="organiser", owner_note={"ja": "主催課（要確認）"}),
        }
    )
    report = load(pack, wanted)
    assert (report.defined, report.decided) == (2, 2)
    row = binding_of(Series.objects.get())
    assert row is not None
    assert (row.number, row.department, row.due_month, row.due_years) == (1, department, 6, 1)
    assert (row.decided_on, row.decision) == (datetime.date(2022, 3, 1), "見本のための決定")
    number = binding_of(ProjectFigure.objects.get())
    assert (
        number is not None and number.department is None and number.texts["owner"]["ja"] == "主催課（要確認）"
    )
    [definition] = definitions_of(Series.objects.get())
    assert definition.translations == {"en": {"counts": "Households"}}
    entries = AuditEntry.objects.count()
    again = load(pack, wanted)
    assert again.touched == 0 and again.unchanged == 2 and AuditEntry.objects.count() == entries


def test_a_plan_and_a_series_can_be_named(plan, pack):
    grow(1, key="mihon-2")
    load(pack, data(**{"mihon-2/1-1-01/1": entry()}))
    assert Binding.objects.get().project_figure.project.plan.key == "mihon-2"
    Series.objects.filter(indicator__key="mihon-1-i1").update(key="children")
    load(pack, data(**{"mihon-1-i1": entry(), "mihon-1-i1/children": entry(source_kind="register")}))
    row = Binding.objects.get(series__isnull=False)
    assert row.source_kind == "register", "the more exact name counts, once"


def test_what_a_newer_pack_says_differently_is_the_next_decision(plan, pack):
    load(pack, data())
    newer = data(**{"mihon-1-i1": entry(source_kind="register")}) | {"valid_from": "2021-04-01"}
    assert load(pack, newer).decided == 1
    rows = bindings_of(Series.objects.get())
    assert [(row.number, row.source_kind) for row in rows] == [(1, "departments"), (2, "register")]
    assert rows[1].valid_from == rows[0].valid_from, "never behind the last decision"


def test_a_pack_does_not_undo_what_people_of_the_city_decided_or_confirmed(plan, pack, planning_officer):
    load(pack, data())
    series = Series.objects.get()
    decide_binding(
        viewer=planning_officer,
        series=series,
        valid_from=datetime.date(2024, 4, 1),
        decided_on=datetime.date(2024, 3, 1),
        decision="課長決裁",
        source_kind="register",
    )
    [definition] = definitions_of(series)
    amend_definition(viewer=planning_officer, definition=definition, version=1, confirmed=True)
    newer = data(**{"mihon-1-i1": entry(source_kind="operator")})
    newer["figures"]["mihon-1-i1"]["definitions"][0]["counts"] = {"ja": "別の文"}
    report = load(pack, newer)
    assert (report.kept, report.touched) == (2, 0)
    assert binding_of(series).source_kind == "register"
    assert Definition.objects.get().confirmed


def test_a_pack_words_its_own_definition_better(plan, pack):
    load(pack, data())
    better = data()
    better["figures"]["mihon-1-i1"]["definitions"][0]["counts"] = {"ja": "加入している世帯"}
    assert load(pack, better).amended == 1
    assert Definition.objects.get().counts == "加入している世帯"


def test_every_figure_nobody_knows_is_named_and_nothing_is_half_written(plan, pack):
    wanted = data(
        **{
            "nothing": entry(),
            "9-9-99/1": entry(),
            "mihon-1-i1": entry(owner="nobody"),
            "1-1-01/1": entry(due={"month": 2, "day": 31}),
        }
    )
    with pytest.raises(Invalid) as refused:
        load(pack, wanted)
    assert refused.value.messages.keys() == {"nothing", "9-9-99/1", "mihon-1-i1", "1-1-01/1"}


def test_the_old_shape_is_still_read(plan, pack):
    old = {"mihon-1-i1": {"source_kind": "register", "how": {"ja": "台帳から"}, "collected_by": "市民課"}}
    load(pack, old)
    row = Binding.objects.get()
    assert (row.source_kind, row.valid_from) == ("register", datetime.date(2022, 4, 1))
    assert row.texts["collected_by"] == {"ja": "市民課"}
    assert load(pack, old).touched == 0


@pytest.mark.parametrize(
    "wanted",
    [
        {"format": "jichi-sources/2", "figures": {}},
        data(a={"source_kind": "register"}),
        data(a=entry(source_kind="hearsay")),
        data(a=entry(due={"month": 13, "day": 1})),
        {"a": {"source_kind": "register", "definitions": []}},
    ],
)
def test_the_published_form_refuses(wanted):
    with pytest.raises(Invalid):
        validate(wanted, SCHEMA, name="sources.json")


# --- an installation that had them in the plan's rows -------------------------------------------------------
def test_an_upgrade_takes_over_what_stood_in_the_plans_rows(plan, pack):
    said = {"source_kind": "register", "traps": {"ja": "注意"}, "collected_by": "市民課", "confirmed": True}
    Indicator.objects.update(binding=said)
    ProjectFigure.objects.update(binding={"kind": "not one of ours"})
    fill = importlib.import_module("jichi.figures.migrations.0005_bindings_from_plan").fill
    fill(apps, None)
    fill(apps, None)
    row = Binding.objects.get()
    assert (row.series, row.number, row.source_kind, row.confirmed) == (
        Series.objects.get(),
        1,
        "register",
        True,
    )
    assert row.texts["collected_by"] == {"ja": "市民課"} and row.texts["traps"] == {"ja": "注意"}
    assert row.valid_from == datetime.date(2022, 4, 1)
    load(pack, data())
    assert [row.number for row in bindings_of(Series.objects.get())] == [1, 2], "a pack may say more"


# --- the packs that come with Jichi -------------------------------------------------------------------------
def _texts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(value, dict):
        if "ja" in value:
            yield path, value
        else:
            for name, item in value.items():
                yield from _texts(item, f"{path}/{name}")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _texts(item, f"{path}/{place}")


@pytest.mark.parametrize("name", sorted(path.parent.name for path in PACKS.glob("*/sources.json")))
def test_a_packs_sources_speak_every_language_and_no_kana_in_english(name):
    found = read_json(PACKS / name / "sources.json")
    for path, text in _texts(found):
        assert {"ja", "en", "ja-simple"} <= text.keys(), path
        assert not any("\u3041" <= sign <= "\u30ff" for sign in text["en"]), path
