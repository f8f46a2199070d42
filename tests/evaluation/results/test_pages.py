"""The public results as a resident reads them."""

from __future__ import annotations

import datetime
import io
import re
from html import unescape

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jichi.evaluation.models import Cycle, Sheet
from jichi.plan.models import Node
from jichi.sheets.models import FormVersion
from tests.evaluation.results.conftest import DRAFT_REASON, WHY_CORRECTED
from tests.site.test_one_language import unmarked_japanese

from . import made

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]

PAGES = (
    "/results/",
    "/results/2025/",
    "/results/2024/",
    "/results/2025/1-2-001/",
    "/results/2025/corrections/",
    f"/results/{made.PLAN}/interim/",
    f"/results/{made.PLAN}/interim/1-1/",
    f"/results/{made.PLAN}/interim/corrections/",
)


def read(client: Client, address: str) -> str:
    """The page without its markup."""
    response = client.get(address)
    assert response.status_code == 200, address
    return words(response.content.decode())


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", html, flags=re.S)))


def section(client: Client, address: str, ident: str) -> str:
    """The words of one section of a page."""
    html = client.get(address).content.decode()
    found = re.search(rf'<section[^>]*aria-labelledby="{ident}".*?</section>', html, re.S)
    assert found, ident
    return words(found.group())


def test_the_heading_of_a_year_is_the_answer(client: Client) -> None:
    html = client.get("/results/2025/").content.decode()
    heading = words(re.findall(r"<h1.*?</h1>", html, re.S)[0])
    # Four sheets are judged (one was taken out): 3, 4, 2 and 3.
    numbers = re.findall(r"\d+", heading.split("「")[0])
    assert "4" in numbers and "3" in numbers
    assert "（ほぼ）目標どおり達成" in heading


def test_the_distribution_stands_beside_that_of_the_year_before(client: Client) -> None:
    tally = section(client, "/results/2025/", "tally-title")
    lines = re.findall(r"([1-5]) [^0-9]*達成[^0-9]* (\d) \d+ % (\d) \d+ %", tally.replace("\xa0", " "))
    assert ("2", "1", "0") in lines
    assert ("3", "2", "3") in lines


def test_what_improved_and_what_worsened_is_listed_from_and_to(client: Client) -> None:
    moved = section(client, "/results/2025/", "moved-title")
    better, worse = moved.split("1-1-002")[0], "1-1-002" + moved.split("1-1-002")[1]
    assert "1-1-004 見本の事業4" in better
    assert re.search(r"1-1-004 見本の事業4 .*5.* 2 目標を上回って達成", better)
    assert re.search(r"1-1-002 見本の事業2 .*3.* 4 目標を下回った", worse)


def test_a_sheet_that_was_not_judged_before_is_not_compared(client: Client) -> None:
    assert "1-2-005" not in section(client, "/results/2025/", "moved-title")


def test_what_was_not_evaluated_stands_with_its_reason(client: Client) -> None:
    left = section(client, "/results/2025/", "left-out-title")
    assert "1-2-003 見本の事業3" in left
    assert "他の事業に統合したため" in left


def test_comments_stand_with_their_answers_and_hidden_ones_do_not(client: Client) -> None:
    for address in ("/results/2025/", "/results/2025/1-2-001/"):
        said = section(client, address, "comments-title")
        assert "続けている人の数も示す" in said
        assert "次年度から加える。" in said
        assert "まだ見せない" not in said


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("?ward=asahi", ["1-1-002", "1-1-004"], ["1-2-001", "1-2-005"]),
        ("?department=kyodo", ["1-2-001", "1-2-005"], ["1-1-002"]),
        ("?level=4", ["1-1-002"], ["1-1-004", "1-2-001"]),
        ("?department=kyodo&level=3", ["1-2-001", "1-2-005"], ["1-1-002"]),
        ("?ward=nowhere&level=9&kind=x", ["1-1-002", "1-2-001"], []),
    ],
)
def test_filters_narrow_the_list(client: Client, query: str, shown: list[str], hidden: list[str]) -> None:
    listed = section(client, f"/results/2025/{query}", "sheets-title")
    assert all(code in listed for code in shown)
    assert not any(code in listed for code in hidden)


def test_a_filter_stays_in_the_addresses_of_the_page(client: Client) -> None:
    html = unescape(client.get("/results/2025/?ward=asahi&level=4").content.decode())
    assert 'href="?ward=asahi&level=2#sheets-title"' in html
    assert '<option value="asahi" selected' in html


def test_an_office_narrows_the_distribution_too(client: Client) -> None:
    tally = section(client, "/results/2025/?ward=asahi", "tally-title").replace("\xa0", " ")
    assert re.search(r"3 （ほぼ）目標どおり達成 0 0 %", tally)
    assert re.search(r"4 目標を下回った 1 50 %", tally)


def test_a_sheet_shows_its_judgement_with_the_reason_first(client: Client) -> None:
    page = read(client, "/results/2025/1-2-001/")
    assert page.index("相談は前の年と同じくらい続いた。") < page.index("週3回開いた")
    assert "B やや貢献した" in page
    assert "Ⅱ 改善しながら継続" in page


def test_a_missing_answer_is_a_dash_and_never_nought(client: Client) -> None:
    numbers = section(client, "/results/2025/1-2-001/", "part-numbers")
    assert re.search(r"相談 件 24 - -", numbers)
    costs = section(client, "/results/2025/1-2-001/", "part-costs")
    assert re.search(r"市債 - -", costs)
    assert "1,510" in costs


def test_a_measure_shows_why_an_indicator_cannot_be_judged(client: Client) -> None:
    page = read(client, f"/results/{made.PLAN}/interim/1-1/")
    assert "支え合いの割合" in page
    assert "25.0" in page
    overview = read(client, f"/results/{made.PLAN}/interim/")
    assert "居場所は増えた。" in overview
    assert "1 支え合う" in overview


def test_the_draft_stands_against_what_was_published(client: Client) -> None:
    html = client.get("/results/2025/1-2-001/").content.decode()
    editions = section(client, "/results/2025/1-2-001/", "versions-title")
    assert DRAFT_REASON not in read(client, "/results/2025/1-2-001/").split(editions[:20])[0]
    assert re.search(r"<del>.*?減.*?</del>", html)
    assert re.search(r"<ins>.*?同.*?</ins>", html)
    assert "990" in editions


def test_the_draft_stays_inside_where_the_committee_was_shown_none(client: Client, year: Cycle) -> None:
    Cycle.objects.filter(pk=year.pk).update(committee_from=None)
    html = client.get("/results/2025/1-2-001/").content.decode()
    assert "990" not in html


def test_a_correction_says_when_why_and_what(client: Client) -> None:
    for address in ("/results/2025/corrections/", "/results/2025/1-2-001/"):
        html = client.get(address).content.decode()
        assert WHY_CORRECTED in html
        assert re.search(r"<del>.*?1,100.*?</del>", html)
        assert re.search(r"<ins>.*?1,510.*?</ins>", html)
    assert "/results/2025/corrections/" in client.get("/results/2025/").content.decode()


def test_the_project_page_tells_how_it_was_judged(client: Client) -> None:
    html = client.get(f"/plans/{made.PLAN}/1-1-002/").content.decode()
    assert "/results/2025/1-1-002/" in html
    assert "/results/2024/1-1-002/" in html
    assert "4 目標を下回った" in html
    assert "/results/2026/" not in html
    assert f"/results/{made.PLAN}/interim/1-1/" in client.get(f"/plans/{made.PLAN}/1-1/").content.decode()


def _with_hidden(key: str) -> FormVersion:
    """A version of the form of which one part only those who check and ask may see."""
    version = made.form()
    definition = {**version.definition}
    definition["parts"] = [
        {**part, "fill": ["asker"], "see": ["checker", "asker"]} if part["key"] == key else part
        for part in definition["parts"]
    ]
    return version.form.versions.create(number=2, definition=definition, digest="b" * 64)


def test_a_part_that_only_some_inside_see_is_shown_to_nobody(client: Client, year: Cycle) -> None:
    sheet = Sheet.objects.get(cycle=year, node__code="1-1-002")
    of = sheet.editions.get(kind="published").revision
    of.form_version = _with_hidden("overview")
    values = {**made.GOOD, "aim": "中だけの話", "accomplishment_reason": "見せる理由"}
    made.edition(sheet, "corrected", values, of, reason="様式の更新")
    page = read(client, "/results/2025/1-1-002/")
    assert "見せる理由" in page
    assert "中だけの話" not in page
    api = client.get(f"/api/v1/evaluations/{made.PLAN}/2025/yearly/1-1-002").json()
    given = {row["value"] for row in api["answers"]}
    assert "見せる理由" in given
    assert "中だけの話" not in given
    assert not any(row["field"] == "aim" for row in api["answers"])


def test_costs_that_only_some_inside_see_are_in_no_file_or_table(client: Client, year: Cycle) -> None:
    sheet = Sheet.objects.get(cycle=year, node__code="1-1-002")
    of = sheet.editions.get(kind="published").revision
    of.form_version = _with_hidden("costs")
    made.edition(sheet, "corrected", {**made.GOOD, "total.settled": "7654321"}, of, reason="様式の更新")
    rows = {row["code"]: row for row in client.get("/results/2025/data.json").json()["rows"]}
    assert rows["1-1-002"]["total_settled"] is None
    assert rows["1-1-002"]["accomplishment"] == "3"
    for address in ("/results/2025/1-1-002/", f"/plans/{made.PLAN}/1-1-002/"):
        text = client.get(address).content.decode()
        assert "7,654,321" not in text
        assert "7654321" not in text
    book = openpyxl.load_workbook(io.BytesIO(client.get("/results/2025/1-1-002/sheet.xlsx").content))
    cells = {str(cell.value) for page in book for row in page.iter_rows() for cell in row}
    assert any(made.GOOD["accomplishment_reason"] in cell for cell in cells)
    assert not {cell for cell in cells if "7654321" in cell or "7,654,321" in cell}


def test_what_a_later_form_opens_does_not_open_what_was_written_before(client: Client, year: Cycle) -> None:
    sheet = Sheet.objects.get(cycle=year, node__code="1-1-002")
    of = sheet.editions.get(kind="published").revision
    of.form_version = _with_hidden("overview")
    made.edition(sheet, "corrected", {**made.GOOD, "aim": "中だけの話"}, of, reason="一度目")
    of.form_version = of.form_version.form.versions.get(number=1)
    made.edition(sheet, "corrected", {**made.GOOD, "aim": "見せる目的"}, of, reason="二度目")
    page = read(client, "/results/2025/1-1-002/")
    assert "見せる目的" in page
    assert "中だけの話" not in page
    assert "中だけの話" not in read(client, "/results/2025/corrections/")


@pytest.mark.parametrize("address", PAGES)
def test_no_page_mixes_languages(client: Client, address: str) -> None:
    html = client.get(f"/en{address}").content.decode()
    # The title of a window and a citation are plain text and can say no language.
    assert "&lt;span" not in html
    spoken = re.sub(r"<title>.*?</title>|<p class=\"cite__text\">.*?</p>", "", html, flags=re.S)
    assert unmarked_japanese(spoken) == []
    assert client.get(f"/ja-simple{address}").status_code == 200


@pytest.mark.parametrize("address", [page for page in PAGES if page != "/results/"])
def test_a_page_asks_as_often_for_many_sheets_as_for_few(client: Client, address: str) -> None:
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert client.get(address).status_code == 200
    assert len(few) <= 30


def test_thirty_sheets_cost_no_more_queries_than_five(client: Client) -> None:
    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    addresses = ("/results/", "/results/2025/", "/results/2025/?level=3", "/results/2025/data.csv")
    before = [asked(address) for address in addresses]
    _grow(30)
    assert read(client, "/results/2025/").count("増えた事業") >= 25
    assert [asked(address) for address in addresses] == before


def _grow(size: int) -> None:
    """More sheets in the public evaluations, as if they had been there all along."""
    model = Node.objects.get(code="1-1-002")
    for number in range(100, 100 + size):
        node = Node.objects.create(
            plan=model.plan,
            level=model.level,
            parent=model.parent,
            code=f"1-1-{number}",
            order=number,
            name=f"増えた事業{number}",
            department=model.department,
        )
        for cycle in Cycle.objects.filter(kind="yearly", fiscal_year__in=(2024, 2025)):
            made.late_sheet(cycle, node)


def test_an_empty_installation_says_so(client: Client) -> None:
    Cycle.objects.update(public_from=None)
    assert client.get("/results/").status_code == 200
    assert "/results/2025/" not in client.get("/results/").content.decode()


def test_the_day_of_publication_is_the_citys_day(client: Client, year: Cycle) -> None:
    moment = datetime.datetime.fromisoformat("2026-06-30T15:30:00+00:00")
    Cycle.objects.filter(pk=year.pk).update(public_from=moment)
    assert "2026年7月1日" in read(client, "/results/2025/").replace(" ", "")


@pytest.mark.parametrize(("actual", "word"), [("24", "Met"), ("23", "Not reached"), (None, "no value")])
def test_a_number_is_set_against_its_target(
    client: Client, year: Cycle, actual: str | None, word: str
) -> None:
    sheet = Sheet.objects.get(cycle=year, node__code="1-1-002")
    values = {
        key: value for key, value in {**made.GOOD, "number_actual.1": actual}.items() if value is not None
    }
    made.edition(sheet, "corrected", values, reason="実績の追加")
    numbers = section(client, "/en/results/2025/1-1-002/", "part-numbers")
    assert word in numbers
