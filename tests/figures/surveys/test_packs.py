"""Surveys that a pack brings: loaded twice without a change, corrected with a reason, refused with the place."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from jichi.city.access import ANONYMOUS
from jichi.city.errors import Invalid
from jichi.city.models import AuditEntry
from jichi.city.pack import PACKS, Pack, validate
from jichi.figures.models import Observation, Survey, SurveyReport, SurveyWave
from jichi.figures.surveys.queries import report_of, wave_for
from jichi.figures.surveys.report import to_json
from jichi.figures.surveys.services import change_survey
from jichi.figures.surveys.services.packs import load_surveys
from tests.plan.rich import applied

from .conftest import D, bind, loader, series
from .reports import Answer, earlier, report, support

pytestmark = pytest.mark.django_db

SCHEMA = "figures/schema/jichi-surveys-1.schema.json"
CHANGED = "あなたは、地域の人と支え合っていると思いますか。"


def pack() -> Pack:
    found = Pack(root=PACKS / "mihon", head={"key": "mihon", "kind": "sample", "files": {}})
    found.__dict__["memory"] = {
        "en": {
            "市民意識調査": "Survey of residents",
            "感じる": "I feel so",
            "性別": "Sex",
            "女性": "Women",
            "予算の見直しのため": "the budget was reviewed",
        }
    }
    return found


def wave(made: Any, **more: Any) -> dict[str, Any]:
    data = to_json(made)
    for name in ("design_effect", "asked", "answered"):
        if data[name] is None:
            del data[name]
    return {**data, **more}


def data(*waves: dict[str, Any]) -> dict[str, Any]:
    survey = {
        "key": "ishiki",
        "title": "市民意識調査",
        "publisher": "見本市",
        "department": None,
        "targets": [
            {"indicator": "kanyu", "question": "support", "options": ["感じる", "やや感じる"], "decimals": 1}
        ],
        "waves": list(waves),
    }
    return {"format": "jichi-surveys/1", "surveys": [survey]}


def load(item: dict[str, Any]) -> Any:
    validate(item, SCHEMA, name="surveys.json")
    return load_surveys(viewer=loader(), pack=pack(), data=item)


@pytest.fixture(autouse=True)
def plan(db: None) -> None:
    applied()
    bind(series())


def test_waves_come_with_their_values_and_are_public():
    not_run = report(
        key="2024", fiscal_year=2024, not_run_reason="予算の見直しのため", answered=None, questions=()
    )
    # The order in the file does not matter: the oldest wave is taken in first.
    found = load(data(wave(report()), wave(not_run), wave(earlier())))
    assert (found.surveys, found.targets, found.waves, found.values) == (1, 1, 3, 3)
    rows = Observation.objects.order_by("fiscal_year")
    assert [(row.fiscal_year, row.value) for row in rows] == [
        (2023, D("50.0")),
        (2024, None),
        (2025, D("52.0")),
    ]
    assert all(row.published_at for row in rows) and all(row.evidence.is_sample for row in rows)
    row = wave_for(ANONYMOUS, "ishiki", "2025")
    assert row is not None and row.is_sample
    assert row.survey.translations["en"]["title"] == "Survey of residents"
    words = row.questions.get(code="support").translations["en"]["words"]
    assert words == {"感じる": "I feel so", "性別": "Sex", "女性": "Women"}
    assert report_of(row) == report()


def test_loading_again_changes_nothing():
    item = data(wave(earlier()), wave(report()))
    load(item)
    before = AuditEntry.objects.count()
    assert load(copy.deepcopy(item)).touched == 0
    assert AuditEntry.objects.count() == before


def test_a_later_edition_of_the_pack_corrects_with_its_reason():
    load(data(wave(report())))
    question = support()
    lines = (Answer(option="感じる", percent=D("18.1"), count=253), *question.whole.answers[1:3])
    lines += (Answer(option="無回答", percent=D("1.9"), count=27),)
    changed = report(
        questions=(question.__class__(**{**_facts(question), "tables": (_table(question, lines),)}),)
    )
    with pytest.raises(Invalid):
        load(data(wave(changed)))
    assert load(data(wave(changed, reason="正誤表"))).waves == 1
    assert [row.reason for row in SurveyReport.objects.order_by("number")] == ["", "正誤表"]
    assert Observation.objects.order_by("-revision")[0].value == D("52.1")


def _facts(question: Any) -> dict[str, Any]:
    return {name: getattr(question, name) for name in ("code", "wording", "several", "decimals")}


def _table(question: Any, lines: Any) -> Any:
    whole = question.whole
    return whole.__class__(n=whole.n, answers=lines)


def test_a_break_is_decided_in_the_pack():
    late = wave(report(questions=(support(CHANGED),)))
    with pytest.raises(Invalid) as refused:
        load(data(wave(earlier()), late))
    assert set(refused.value.messages) == {"surveys/0/waves/1"}
    late["questions"][0]["decision"] = {"definition": "2", "reason": "言葉が変わった"}
    load(data(wave(earlier()), late))
    assert {(row.fiscal_year, row.definition) for row in Observation.objects.all()} == {
        (2023, "1"),
        (2025, "2"),
    }
    assert load(data(wave(earlier()), late)).touched == 0


def test_a_wave_may_be_kept_back():
    load(data(wave(report(), published=False)))
    assert wave_for(ANONYMOUS, "ishiki", "2025") is None and Observation.objects.get().published_at is None


def test_an_office_the_city_chose_is_not_taken_away(department):
    load(data())
    survey = Survey.objects.get()
    change_survey(
        viewer=loader(),
        survey=survey,
        version=survey.version,
        title=survey.title,
        publisher=survey.publisher,
        department=department,
    )
    load(data())
    assert Survey.objects.get().department == department


def broken(change: str) -> dict[str, Any]:
    item = data(wave(report()))
    survey = item["surveys"][0]
    if change == "department":
        survey["department"] = "nowhere"
    elif change == "figure":
        survey["targets"][0]["indicator"] = "nothing"
    else:
        survey["waves"][0]["answered"] = 3
    return item


@pytest.mark.parametrize(
    ("change", "place"),
    [("department", "surveys/0"), ("figure", "surveys/0/targets/0"), ("answered", "surveys/0/waves/0")],
)
def test_what_is_wrong_is_named_by_its_place(change, place):
    with pytest.raises(Invalid) as refused:
        load(broken(change))
    assert set(refused.value.messages) == {place}
    assert not SurveyWave.objects.exists()


@pytest.mark.parametrize("name", ["kawasaki", "mihon"])
def test_the_surveys_of_a_pack_are_valid(name):
    opened = Pack.open(name)
    for file in opened.files("surveys"):
        item = opened.data(file, SCHEMA)
        if name == "kawasaki":
            # No invented fact: no wave before its report is taken in, no options nobody has confirmed.
            assert all("waves" not in one and "targets" not in one for one in item["surveys"])
        for one in item["surveys"]:
            for language in ("en", "ja-simple"):
                assert {one["title"], one["publisher"]} <= opened.memory[language].keys()
