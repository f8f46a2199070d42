"""Survey reports through HTTP: a file, a form, a correction, a decision; the page of a wave, and its evidence."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from jichi.city.access import ANONYMOUS
from jichi.figures.models import Observation, Survey, SurveyDraft, SurveyReport, SurveyWave
from jichi.figures.services import publish_values
from jichi.figures.surveys.evidence import evidence_of_wave
from jichi.figures.surveys.files import report_csv, report_xlsx
from jichi.figures.surveys.queries import report_of, targets_of, wave_for
from jichi.figures.surveys.report import from_json
from jichi.manifest import Role

from .conftest import D, loader, make_survey, series, take
from .reports import SUPPORT, earlier, report, sources, support

pytestmark = pytest.mark.django_db
# The permission matrix draws staff's pages on every database; what they do to rows, services' tests read there.
STAFF = pytest.mark.one_database

TAKE = "/staff/surveys/ishiki/take/"
CHANGED = "あなたは、地域の人と支え合っていると思いますか。"


@pytest.fixture
def officer_client(client_as: Any, survey: Survey) -> Client:
    return client_as(Role.OFFICER, survey.department)


def words(response: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def upload(client: Client, content: bytes, name: str = "r7.xlsx") -> Any:
    return client.post(TAKE, {"file": SimpleUploadedFile(name, content)})


def confirm(client: Client, url: str, **more: Any) -> Any:
    return client.post(url, {"version": SurveyDraft.objects.get().version, "act": "commit", **more})


# ---- by a file ---------------------------------------------------------------------------------------------
@STAFF
def test_a_file_is_looked_at_and_confirmed(officer_client):
    response = upload(officer_client, report_xlsx(report()))
    assert response.status_code == 302 and not SurveyWave.objects.exists()
    url = response["Location"]
    page = officer_client.get(url)
    shown = words(page)
    assert page.status_code == 200 and "52.0" in shown and "49.3" in shown and SUPPORT in shown
    done = confirm(officer_client, url)
    assert done.status_code == 302 and done["Location"] == "/staff/surveys/ishiki/waves/2025/"
    assert not SurveyDraft.objects.exists()
    [row] = Observation.objects.all()
    assert row.value == D("52.0") and row.evidence.filename == "r7.xlsx"
    assert officer_client.get(url).status_code == 404
    kept = officer_client.get("/staff/surveys/ishiki/waves/2025/reports/1/")
    assert (
        kept.content == bytes(SurveyReport.objects.get().content) == report_xlsx(report())[:0] + kept.content
    )


@STAFF
def test_a_bad_file_is_told_place_by_place_and_nothing_is_kept(officer_client):
    text = (
        report_csv(report())
        .decode("utf-8-sig")
        .replace("18.0", "一八")
        .replace("令和7年度 市民意識調査,", ",")
    )
    response = upload(officer_client, text.encode(), "r7.csv")
    assert response.status_code == 422
    line = next(number for number, row in enumerate(text.splitlines(), start=1) if "一八" in row)
    shown = words(response)
    assert "集計表" in shown and "一八" in shown and str(line) in shown
    assert not SurveyDraft.objects.exists() and not SurveyWave.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b""),
        ("a.xlsx", b"PK\x03\x04" + b"x" * 40),
        ("a.pdf", b"%PDF-1.7\x00\x01\x02"),
        ("a.csv", "氏名,住所\n".encode("cp932")),
        ("a.json", b'{"format": "jichi-surveys/1"}'),
    ],
)
@STAFF
def test_what_is_no_report_is_refused(officer_client, name, content):
    response = upload(officer_client, content, name)
    assert response.status_code == 422 and not SurveyDraft.objects.exists()


@STAFF
def test_a_template_is_given_and_an_empty_one_is_refused(officer_client):
    for kind in ("xlsx", "csv"):
        response = officer_client.get(f"/staff/surveys/template.{kind}")
        assert response.status_code == 200 and "attachment" in response["Content-Disposition"]
        assert upload(officer_client, response.content, f"t.{kind}").status_code == 422


@STAFF
def test_what_looks_wrong_must_be_looked_at(officer_client):
    question = support()
    lines = (replace(question.whole.answers[0], percent=D("19.0")), *question.whole.answers[1:])
    wrong = report(questions=(replace(question, tables=(replace(question.whole, answers=lines),)),))
    url = upload(officer_client, report_xlsx(wrong))["Location"]
    refused = confirm(officer_client, url)
    assert refused.status_code == 422 and not SurveyWave.objects.exists()
    assert 'name="looked_at"' in refused.content.decode()
    assert confirm(officer_client, url, looked_at="1").status_code == 302
    assert SurveyWave.objects.exists()


@STAFF
def test_the_wave_as_a_file_says_the_same_again(officer_client, survey):
    take(survey)
    for kind in ("xlsx", "csv"):
        given = officer_client.get(f"/staff/surveys/ishiki/waves/2025/report.{kind}")
        url = upload(officer_client, given.content, f"again.{kind}")["Location"]
        assert confirm(officer_client, url).status_code == 302
    assert SurveyReport.objects.count() == Observation.objects.count() == 1
    assert officer_client.get("/staff/surveys/ishiki/waves/2025/report.pdf").status_code == 404
    # It was typed, not uploaded: there is no file as it came.
    assert officer_client.get("/staff/surveys/ishiki/waves/2025/reports/1/").status_code == 404


@STAFF
def test_a_correction_asks_for_its_reason_and_shows_what_differs(officer_client, survey):
    take(survey)
    url = upload(officer_client, report_xlsx(report(population="市内在住の18歳以上")))["Location"]
    page = officer_client.get(url).content.decode()
    assert "<del>市内に住む18歳以上の人</del>" in page and "<ins>市内在住の18歳以上</ins>" in page
    refused = confirm(officer_client, url)
    assert refused.status_code == 422 and 'name="reason"' in refused.content.decode()
    assert confirm(officer_client, url, reason="表記の訂正").status_code == 302
    assert "表記の訂正" in words(officer_client.get("/staff/surveys/ishiki/waves/2025/"))


@STAFF
def test_a_changed_wording_is_decided_on_the_page(client_as, officer_client, survey):
    take(survey, earlier())
    planner = client_as(Role.PLANNING_OFFICER)
    url = upload(planner, report_xlsx(report(questions=(support(CHANGED),))))["Location"]
    page = planner.get(url).content.decode()
    assert "<del>近所</del>" in page and "<ins>地域</ins>" in page
    refused = confirm(planner, url, **{"definition-support": "2"})
    assert refused.status_code == 422 and "support" in words(refused)
    # What was chosen is kept, although the reason was missing.
    assert re.search(r'value="2"\s+checked', refused.content.decode())
    done = confirm(planner, url, **{"definition-support": "2", "reason-support": "言葉が変わった"})
    assert done.status_code == 302
    assert {(row.fiscal_year, row.definition) for row in Observation.objects.all()} == {
        (2023, "1"),
        (2025, "2"),
    }
    shown = words(planner.get("/staff/surveys/ishiki/waves/2025/questions/support/"))
    assert "言葉が変わった" in shown


@STAFF
def test_two_people_on_one_draft_do_not_overwrite_each_other(officer_client, client_as, survey):
    url = upload(officer_client, report_xlsx(report()))["Location"]
    facts = {"key": "2025", "title": "改題", "fiscal_year": "R7", "sampling": "probability", "mode": "mail"}
    facts |= {"document_title": "報告書", "answered": "1402"}
    other = client_as(Role.PLANNING_OFFICER)
    assert other.post(f"{url}wave/", {**facts, "version": 1}).status_code == 302
    late = officer_client.post(url, {"version": 1, "act": "commit"})
    assert late.status_code == 409 and not SurveyWave.objects.exists()
    typed = officer_client.post(f"{url}wave/", {**facts, "title": "わたしの題", "version": 1})
    assert typed.status_code == 422 and "わたしの題" in typed.content.decode()


@STAFF
def test_a_report_is_discarded(officer_client):
    url = upload(officer_client, report_xlsx(report()))["Location"]
    assert officer_client.post(url, {"act": "discard"}).status_code == 302
    assert not SurveyDraft.objects.exists() and not SurveyWave.objects.exists()


# ---- by a form ---------------------------------------------------------------------------------------------
WAVE = {
    "key": "2025",
    "title": "令和7年度 市民意識調査",
    "fiscal_year": "令和７年度",
    "sampling": "probability",
    "mode": "mail",
    "asked": "3000",
    "answered": "1402",
    "field_first": "令和7年6月1日",
    "field_last": "2025/6/30",
    "document_title": "令和7年度 市民意識調査 報告書",
}


def line(number: int, option: str, percent: str, count: str = "") -> dict[str, str]:
    return {f"r{number}-option": option, f"r{number}-percent": percent, f"r{number}-count": count}


@STAFF
def test_a_report_is_entered_by_form(officer_client):
    response = officer_client.post(f"{TAKE}form/", WAVE)
    assert response.status_code == 302 and response["Location"].endswith("/questions/new/")
    draft = SurveyDraft.objects.get()
    base = reverse("staff-survey-draft", args=[draft.token])
    response = officer_client.post(
        f"{base}questions/new/", {"version": 1, "code": "support", "wording": SUPPORT, "decimals": ""}
    )
    assert response["Location"] == f"{base}questions/0/tables/new/"
    rows = {
        **line(0, "感じる", "１８．０", "252"),
        **line(1, "やや感じる", "34.0", "476"),
        **line(2, "感じない", "48.0", "672"),
    }
    bad = officer_client.post(
        response["Location"], {"version": 2, "rows": 4, "n": "1400", **rows, "r3-percent": "x"}
    )
    assert bad.status_code == 422 and "１８．０" in bad.content.decode()
    more = officer_client.post(
        response["Location"], {"version": 2, "rows": 4, "n": "1400", "act": "more", **rows}
    )
    assert more.status_code == 200 and 'name="r8-option"' in more.content.decode()
    kept = officer_client.post(
        response["Location"], {"version": 2, "rows": 4, "n": "1400", "act": "next", **rows}
    )
    assert kept.status_code == 302
    # A group begins with the same answers.
    group = officer_client.get(kept["Location"]).content.decode()
    assert group.count('value="やや感じる"') == 1 and 'value="34' not in group
    women = {**line(0, "感じる", "19.0"), **line(1, "やや感じる", "35.0"), **line(2, "感じない", "46.0")}
    officer_client.post(
        kept["Location"], {"version": 3, "rows": 4, "n": "780", "dimension": "性別", "group": "女性", **women}
    )
    made = from_json(SurveyDraft.objects.get().data)
    assert [one.place for one in made.questions[0].tables] == [("", ""), ("性別", "女性")]
    assert made.questions[0].decimals == 1 and made.fiscal_year == 2025
    assert confirm(officer_client, base).status_code == 302
    assert [row.value for row in Observation.objects.all()] == [D("52.0")]
    assert report_of(SurveyWave.objects.get()).question("support").table("性別", "女性").n == 780


@STAFF
def test_parts_of_a_report_are_removed_again(officer_client):
    base = upload(officer_client, report_xlsx(report()))["Location"]
    url = f"{base}questions/0/tables/3/"
    assert officer_client.get(url).status_code == 200
    assert officer_client.post(url, {"version": 1, "act": "remove"}).status_code == 302
    assert officer_client.get(url).status_code == 404
    assert officer_client.post(f"{base}questions/1/", {"version": 2, "act": "remove"}).status_code == 302
    assert officer_client.get(f"{base}questions/1/").status_code == 404
    made = from_json(SurveyDraft.objects.get().data)
    assert [one.code for one in made.questions] == ["support"] and len(made.questions[0].tables) == 3


@STAFF
def test_one_code_belongs_to_one_question(officer_client):
    base = upload(officer_client, report_xlsx(report()))["Location"]
    twice = officer_client.post(f"{base}questions/1/", {"version": 1, "code": "support", "wording": "？"})
    assert twice.status_code == 422 and "support" in words(twice)


@STAFF
def test_a_wave_that_was_not_run_is_entered_by_form(officer_client):
    facts = {
        **WAVE,
        "answered": "",
        "asked": "",
        "document_title": "",
        "not_run_reason": "予算の見直しのため",
    }
    response = officer_client.post(f"{TAKE}form/", facts)
    url = response["Location"]
    assert confirm(officer_client, url).status_code == 302
    [row] = Observation.objects.all()
    assert row.value is None and "予算の見直しのため" in row.note
    shown = words(officer_client.get("/staff/surveys/ishiki/waves/2025/"))
    assert "予算の見直しのため" in shown


@STAFF
def test_a_wave_is_corrected_by_form(officer_client, survey):
    take(survey)
    url = officer_client.post("/staff/surveys/ishiki/waves/2025/", {"act": "correct"})["Location"]
    table = f"{url}questions/0/tables/0/"
    page = officer_client.get(table).content.decode()
    assert 'value="18"' in page or 'value="18.0"' in page
    rows: dict[str, str] = {}
    for number, (option, percent, count) in enumerate(
        [
            ("感じる", "18.5", "259"),
            ("やや感じる", "34.0", "476"),
            ("感じない", "45.5", "637"),
            ("無回答", "2.0", "28"),
        ]
    ):
        rows |= line(number, option, percent, count)
    assert officer_client.post(table, {"version": 1, "rows": 4, "n": "1400", **rows}).status_code == 302
    assert confirm(officer_client, url, reason="正誤表による").status_code == 302
    assert [row.value for row in Observation.objects.order_by("revision")] == [D("52.0"), D("52.5")]


# ---- surveys and what they measure -------------------------------------------------------------------------
@STAFF
def test_a_survey_is_added_and_changed(client_as, department, other_department):
    client = client_as(Role.OFFICER, department)
    facts = {
        "key": "kodomo",
        "title": "子どもの調査",
        "publisher": "見本市",
        "department": str(department.pk),
    }
    assert client.post("/staff/surveys/new/", {**facts, "key": "drafts"}).status_code == 422
    assert (
        client.post("/staff/surveys/new/", {**facts, "department": str(other_department.pk)}).status_code
        == 422
    )
    assert client.post("/staff/surveys/new/", facts).status_code == 302
    assert client.post("/staff/surveys/new/", facts).status_code == 422
    changed = {**facts, "title": "子どもの実態調査", "version": 1}
    assert client.post("/staff/surveys/kodomo/edit/", changed).status_code == 302
    assert client.post("/staff/surveys/kodomo/edit/", {**changed, "title": "別"}).status_code == 422
    assert Survey.objects.get().title == "子どもの実態調査"
    assert "子どもの実態調査" in words(client.get("/staff/surveys/"))


@STAFF
def test_what_a_survey_measures_is_said_on_a_page(officer_client, survey):
    url = "/staff/surveys/ishiki/figures/"
    page = officer_client.get(url).content.decode()
    wanted = f"series-{series('bunka', 'child').pk}"
    assert f'value="{wanted}"' in page
    facts = {"figure": wanted, "question": "support", "options": "感じる\nやや感じる\n", "decimals": "1"}
    assert officer_client.post(url, {**facts, "options": " "}).status_code == 422
    assert officer_client.post(url, {**facts, "figure": "series-0"}).status_code == 422
    assert officer_client.post(url, facts).status_code == 302
    target = next(one for one in targets_of(survey) if one.series == series("bunka", "child"))
    assert target.options == ["感じる", "やや感じる"]
    assert officer_client.post(url, {"act": "drop", "target": target.pk}).status_code == 302
    assert len(targets_of(survey)) == 1


@STAFF
def test_values_are_entered_later_from_the_page_of_the_wave(client_as, department):
    survey = make_survey(department, bound=False)
    take(survey)
    client = client_as(Role.PLANNING_OFFICER)
    url = "/staff/surveys/ishiki/waves/2025/"
    assert 'value="enter"' not in client.get(url).content.decode()
    from .conftest import bind

    bind(series())
    assert 'value="enter"' in client.get(url).content.decode()
    assert client.post(url, {"act": "enter"}).status_code == 302
    assert Observation.objects.count() == 1


# ---- for everyone ------------------------------------------------------------------------------------------
PUBLIC = "/figures/surveys/ishiki/2025/"


def test_a_wave_is_public_with_its_first_public_value(survey):
    taken = take(survey)
    assert Client().get(PUBLIC).status_code == 404
    assert wave_for(ANONYMOUS, "ishiki", "2025") is None
    publish_values(viewer=loader(), observation_ids=[taken.values[0].pk])
    shown = words(Client().get(PUBLIC))
    for said in ("1,402", "3,000", "46.7", SUPPORT, "52.0", "49.3", "18.0"):
        assert said in shown, said


def test_a_wave_is_public_by_the_switch_and_no_longer(client_as, survey):
    take(survey)
    planner = client_as(Role.PLANNING_OFFICER)
    planner.post("/staff/surveys/ishiki/waves/2025/", {"act": "show"})
    assert Client().get(PUBLIC).status_code == 200
    planner.post("/staff/surveys/ishiki/waves/2025/", {"act": "hide"})
    assert Client().get(PUBLIC).status_code == 404


def table_of(page: str, group: str) -> list[list[str]]:
    """The rows of the table by group in which a group has a column, as texts."""
    for table in re.findall(r"<table.*?</table>", page, re.S):
        if group in table:
            return [
                [
                    re.sub(r"<[^>]+>", "", cell).replace("\xa0", " ").strip()
                    for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
                ]
                for row in re.findall(r"<tr.*?</tr>", table, re.S)
            ]
    return []


def test_small_groups_are_not_shown_to_everyone(client_as, survey):
    take(survey)
    client_as(Role.PLANNING_OFFICER).post("/staff/surveys/ishiki/waves/2025/", {"act": "show"})
    rows = table_of(Client().get(PUBLIC).content.decode(), "答えない")
    # 8 people gave no sex: they are hidden, and so are the 612 from whom they could be worked out.
    assert [row[1:] for row in rows[1:]] == [
        [share, "—", "—"] for share in ("19.2 %", "35.3 %", "43.6 %", "1.9 %")
    ]
    assert "612" not in "".join(rows[0])
    staff = client_as(Role.OFFICER, survey.department).get(
        "/staff/surveys/ishiki/waves/2025/questions/support/"
    )
    assert "12.5 %" in "".join(table_of(staff.content.decode(), "答えない")[1])


def test_the_evidence_panel_shows_the_questions_that_measure_a_figure(survey):
    take(survey, earlier())
    wave = take(survey, report(questions=(support(), sources()))).wave
    context = evidence_of_wave(loader(), wave)
    assert [one.row.code for one in context["questions"]] == ["support"] and context["more"] == 1
    page = render_to_string("figures/surveys/evidence.html", context)
    assert PUBLIC in page and SUPPORT in page and "52" in page
    [shown] = context["questions"]
    assert len(shown.changes) == 4 and shown.changes_words
    # Everyone sees no wave of the survey that is not public, and so no change from it.
    assert evidence_of_wave(ANONYMOUS, wave)["questions"][0].changes == ()


class Unmarked(HTMLParser):
    """Collects Japanese words outside any element that is marked as Japanese, within ``main``."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in {"br", "input", "link", "meta", "img", "path", "rect"}:
            self.open.append((tag, dict(attrs).get("lang") == "ja"))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = any(tag == "main" for tag, _ja in self.open)
        if inside and not any(ja for _tag, ja in self.open) and re.search(r"[ぁ-んァ-ヴ一-龥]", data):
            self.found.append(data.strip())


def test_a_page_in_english_marks_the_words_of_the_report_as_japanese(client_as, survey):
    take(survey)
    client_as(Role.PLANNING_OFFICER).post("/staff/surveys/ishiki/waves/2025/", {"act": "show"})
    parser = Unmarked()
    parser.feed(Client().get(f"/en{PUBLIC}").content.decode())
    assert parser.found == []


def test_the_number_of_queries_does_not_grow_with_the_questions(
    client_as, survey, django_assert_max_num_queries
):
    questions = tuple(replace(support(), code=f"q{number}") for number in range(30))
    take(survey, report(questions=(support(), *questions)))
    client_as(Role.PLANNING_OFFICER).post("/staff/surveys/ishiki/waves/2025/", {"act": "show"})
    client = Client()
    client.get(PUBLIC)
    with django_assert_max_num_queries(14):
        client.get(PUBLIC)
