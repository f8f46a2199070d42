"""What stands in the database and on the pages once a pack is loaded. Each pack is loaded once for all of it."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from jichi.city.models import AuditEntry, City, Department, Ward
from jichi.city.pack import Pack
from jichi.city.viewers import system_viewer
from jichi.config.packs import load_pack
from jichi.consultations.models import Consultation
from jichi.consultations.services.packs_voices import bring_voices
from jichi.figures.models import (
    Binding,
    Definition,
    Observation,
    TableImport,
    TableMapping,
    TableSource,
)
from jichi.figures.panels import binding_words
from jichi.figures.queries import binding_of, bindings_in_force, definitions_of
from jichi.plan.enums import PlanState
from jichi.plan.models import Edit, Indicator, Plan, ProjectFigure, Series
from jichi.plan.queries.document import document_of
from jichi.undertakings.models import Undertaking
from jichi.voices.models import Desk, Voice, Wording
from tests.conftest import lasting_rows
from tests.site.test_one_language import DOWNLOAD, unmarked_japanese

from .test_packs import PACK_NAMES

pytestmark = pytest.mark.django_db

each_pack = pytest.mark.parametrize("pack", PACK_NAMES, indirect=True, scope="module")
kawasaki_alone = pytest.mark.parametrize("pack", ["kawasaki"], indirect=True, scope="module")
mihon_alone = pytest.mark.parametrize("pack", ["mihon"], indirect=True, scope="module")


@pytest.fixture(scope="module")
def pack(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The name of the pack that is loaded."""
    name = request.param

    def fill() -> None:
        load_pack(viewer=system_viewer("pack-loader"), name=name)

    for _loaded in lasting_rows(django_db_blocker, fill):
        yield name


@pytest.fixture
def kawasaki(pack: str, db: None) -> dict[Any, Binding]:
    """The bindings of the real city."""
    return bindings_in_force()


@each_pack
def test_a_pack_loads_and_loading_again_changes_nothing(pack: str) -> None:
    city, edits, entries = City.objects.get(), Edit.objects.count(), AuditEntry.objects.count()
    observations = Observation.objects.count()
    assert city.pack == pack and city.readings and Ward.objects.exists()

    load_pack(viewer=system_viewer("pack-loader"), name=pack)

    assert Edit.objects.count() == edits
    assert Observation.objects.count() == observations
    assert AuditEntry.objects.count() == entries


@kawasaki_alone
def test_the_real_city_holds_the_chapter_and_no_measured_value(pack: str) -> None:
    plan = Plan.objects.get(key="kawasaki-3")
    levels = [(level.key, plan.nodes.filter(level=level).count()) for level in plan.levels.order_by("depth")]
    assert levels == [("basic_policy", 1), ("policy", 2), ("measure", 6), ("project", 25)]
    assert Indicator.objects.filter(kind="sense").count() == 3
    assert Indicator.objects.filter(kind="outcome").count() == 15
    assert sum(i.series.count() for i in Indicator.objects.filter(kind="outcome")) == 16
    assert not Observation.objects.exists(), (
        "nothing measured is known of a real city until somebody loads it"
    )


@mihon_alone
def test_the_fictitious_city_shows_a_plan_that_follows_another_with_its_indicators(pack: str) -> None:
    first, second = Plan.objects.get(key="mihon-1"), Plan.objects.get(key="mihon-2")
    assert second.predecessor == first
    assert first.state_on(datetime.date(2024, 4, 1)) == PlanState.SUPERSEDED
    assert second.state_on(datetime.date(2028, 3, 31)) == PlanState.IN_FORCE
    assert second.state_on(datetime.date(2028, 4, 1)) == PlanState.ENDED
    assert {p.node.plan.key for p in Indicator.objects.get(key="mihon-mimamori").placements.all()} == {
        "mihon-1",
        "mihon-2",
    }
    assert first.levels.count() != second.levels.count()
    assert City.objects.get().is_sample


@each_pack
def test_what_is_stored_is_what_the_pack_says(pack: str) -> None:
    viewer, opened = system_viewer("pack-loader"), Pack.open(pack)
    for filename in opened.files("plans"):
        wanted = json.loads((opened.root / filename).read_text(encoding="utf-8"))
        stored = document_of(viewer, wanted["plan"]["key"])
        assert figures(stored) == figures(wanted)


def figures(document: dict[str, Any]) -> set[tuple[Any, ...]]:
    """Every printed number of a document with its place."""
    points = {
        (item["key"], line["key"], p["role"], p["fiscal_year"], p["value"], p["decimals"], p["as_of"])
        for item in document["indicators"]
        for line in item["series"]
        for p in line["points"]
    }
    yearly = {
        (project["code"], figure["order"], p["role"], p["fiscal_year"], p["value"])
        for project in document["projects"]
        for figure in project["figures"]
        for p in figure["points"]
    }
    return points | yearly


# --- the sources of the real city
@kawasaki_alone
def test_each_of_the_41_figures_of_the_real_city_is_bound_to_its_source(kawasaki):
    """3 sense series, 16 outcome series of 15 indicators, 15 yearly numbers and 7 counts without a target."""
    series = {("series", pk) for pk in Series.objects.values_list("pk", flat=True)}
    numbers = {("number", pk) for pk in ProjectFigure.objects.values_list("pk", flat=True)}
    assert Series.objects.filter(indicator__kind="sense").count() == 3
    assert Series.objects.filter(indicator__kind="outcome").count() == 16
    assert ProjectFigure.objects.filter(comparator="none").exclude(points__role="target").count() == 7
    assert len(series) + len(numbers) == 41
    assert kawasaki.keys() == series | numbers
    for row in kawasaki.values():
        subject = row.series or row.project_figure
        assert row.definition in {one.code for one in definitions_of(subject)}
        assert row.texts["traps"]["ja"] and row.texts["how"]["ja"] and row.texts["collected_by"]["ja"]
        assert row.department is not None or row.texts["owner"]["ja"]


@kawasaki_alone
def test_nothing_of_the_real_city_is_invented(kawasaki):
    """No value, no due date nobody published, nothing said to be confirmed, no office beyond the plan's."""
    assert not Observation.objects.exists()
    for row in kawasaki.values():
        assert (row.confirmed, row.due_month, row.due_day) == (False, None, None)
    assert not Definition.objects.filter(confirmed=True).exists()
    owners = {row.department.key for row in kawasaki.values() if row.department}
    assert owners == {"shimin-bunka", "somu-kikaku"}
    assert Department.objects.count() == 2


@kawasaki_alone
def test_the_traps_of_each_figure_are_its_own(kawasaki):
    """Two lines of one indicator share their source; no other two figures are told the same."""
    by_text: dict[str, set[str]] = {}
    for row in kawasaki.values():
        name = row.series.indicator.key if row.series else f"{row.project_figure.project.code}"
        by_text.setdefault(row.texts["traps"]["ja"], set()).add(f"{name}:{row.project_figure_id}")
    assert [names for names in by_text.values() if len(names) > 1] == []


@kawasaki_alone
def test_the_card_has_two_definitions_that_are_never_joined(kawasaki):
    rows = definitions_of(Series.objects.get(indicator__key="kojin-bango-card"))
    assert [row.first_year for row in rows] == [None, 2023]
    assert rows[1].break_reason


@kawasaki_alone
def test_a_binding_is_told_in_the_readers_language(kawasaki):
    row = binding_of(Series.objects.get(indicator__key="chonaikai-kanyu"))
    with translation.override("en"):
        words = binding_words(row)
    assert "household" in words["traps"].lower() and words["confirmed"] is False
    assert binding_words(None) == {}


@kawasaki_alone
def test_the_real_city_knows_two_outside_statistics_and_no_number_of_them(pack: str) -> None:
    assert sorted(TableSource.objects.values_list("key", flat=True)) == ["kojin-bango-card", "nintei-npo"]
    assert not TableMapping.objects.exists() and not TableImport.objects.exists()


@mihon_alone
def test_files_are_taken_in_with_what_the_publisher_changed(pack: str) -> None:
    rows = TableImport.objects.order_by("fiscal_year")
    assert {row.state for row in rows} == {"taken"} and rows.count() >= 2
    revised = [item for row in rows for item in row.diff.get("cells", ()) if item["kind"] == "revised"]
    assert any(item["targets"] for item in revised)
    assert Observation.objects.filter(evidence__kind="table", revision=2, reason__gt="").exists()


# --- what people said
def fewer(data: dict[str, Any]) -> dict[str, Any]:
    """One text of each argument, said once, and few submissions that hold several."""
    if data.get("format") != "jichi-consultation-voices/1":
        return data
    first = [one["texts"][0] for one in data["arguments"]]
    texts = [one if isinstance(one, str) else {**one, "times": 1} for one in first]
    shorter = [{**one, "texts": [text]} for one, text in zip(data["arguments"], texts, strict=True)]
    return {**data, "arguments": shorter, "together": data["together"][:2]}


@mihon_alone
def test_the_voices_of_the_demonstration_go_the_whole_way(pack: str, monkeypatch) -> None:
    whole = Pack.data
    monkeypatch.setattr(Pack, "data", lambda self, name, schema: fewer(whole(self, name, schema)))
    before = Consultation.objects.get(key="ibasho-2025")
    assert before.published_at and not before.result_published_at and not Voice.objects.exists()
    opened = Pack.open("mihon")

    made = bring_voices(viewer=system_viewer("demo"), pack=opened)

    row = Consultation.objects.get(key="ibasho-2025")
    assert made.voices == Voice.objects.filter(desk__purpose="opinions").exclude(is_late=True).count()
    assert row.result_published_at and row.editions.get().counts["passages"] == 5
    assert row.desk and row.desk.answered_at == row.result_published_at
    assert not Wording.objects.filter(desk=row.desk, decision="pending", size__gt=0).exists()
    assert Undertaking.objects.filter(kind="promise", context=row.context).count() == 2
    assert not Voice.objects.filter(is_sample=False).exists()
    opened_now = Desk.objects.get(key="pc-hodo-keikaku")
    assert opened_now.voices.filter(divided_at=None).count() == 6 and opened_now.answered_at is None
    entries = AuditEntry.objects.count()
    assert bring_voices(viewer=system_viewer("demo"), pack=opened).voices == 0
    assert AuditEntry.objects.count() == entries


# --- pages
@pytest.mark.one_database  # the words of a page do not come from the database's kind
@each_pack
def test_every_english_page_is_english(pack: str, client: Client) -> None:
    waiting, seen, mixed = ["/en/"], set(), {}
    while waiting:
        address = waiting.pop()
        if address in seen or DOWNLOAD.search(address) or "/accounts/" in address:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code in {200, 302}, address
        html = answer.content.decode() if answer.status_code == 200 else ""
        if found := unmarked_japanese(html):
            mixed[address] = found
        waiting += re.findall(r'href="(/en/[^"#?]*)"', html)
    assert len(seen) > 20
    assert not mixed
