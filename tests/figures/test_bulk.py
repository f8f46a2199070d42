"""Tables of values: every usual kind of file, each fault by line and cell, nothing written before the end."""

from __future__ import annotations

import io
import time
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from jichi.city.errors import Invalid
from jichi.figures.bulk import KEYS, TableRow, head, parse_row, read_table, template_csv, template_xlsx
from jichi.figures.models import Observation, StagedUpload
from jichi.figures.staff_queries import judge_rows
from jichi.manifest import Role
from jichi.plan.models import Indicator, Node
from tests.plan.rich import applied

HEAD = "指標 [indicator],年度 [fiscal_year],実績値 [value],注記 [note],訂正理由 [reason]"


def judged(viewer: Any, text: str, encoding: str = "utf-8"):
    rows = read_table(text.encode(encoding))
    return judge_rows(viewer, rows, source_kind="document", status="final")


# --- reading (no database) ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_every_usual_csv_is_read(encoding, delimiter):
    text = f"{HEAD}\r\n町内会加入率,令和5年度,５９．４,,\r\n".replace(",", delimiter)
    [row] = read_table(text.encode(encoding))
    found = parse_row(row)
    assert (row.line, found.facts["fiscal_year"], found.facts["value"]) == (2, 2023, Decimal("59.4"))


def test_a_workbook_is_read_with_numbers_as_typed():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["indicator", "年度", "value", "coverage_seen", "coverage_whole"])
        sheet.write_row(1, 0, ["kanyu", 2023, 59.4, 392, 400])
    [row] = read_table(out.getvalue())
    found = parse_row(row).facts
    assert (found["fiscal_year"], found["value"], found["coverage"]) == (2023, Decimal("59.4"), (392, 400))


def test_the_templates_have_every_column_and_no_row():
    for content in (template_csv(), template_xlsx()):
        with pytest.raises(Invalid) as refused:
            read_table(content)
        assert len(refused.value.messages["file"]) == 1
    filled = template_csv([["kanyu", "", "", "", "", "R5", "59.4", *[""] * (len(KEYS) - 7)]])
    assert read_table(filled)[0].cells["indicator"] == "kanyu"
    assert all(f"[{key}]" in label for key, label in zip(KEYS, head(), strict=True))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n ",
        b"\x00\x01\x02\x03",
        b"PK\x03\x04broken",
        "名前,年\nx,1\n".encode(),
        HEAD.encode(),
        "年度,年度,実績値,指標\n2023,2023,1,x\n".encode(),
        '指標,年度,実績値\n"開いたまま,2023,1\n'.encode(),
        b"\x81" * 40,
    ],
)
def test_what_is_no_table_is_refused_in_words(content):
    with pytest.raises(Invalid) as refused:
        read_table(content)
    assert all(refused.value.messages["file"])


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        rows = read_table(text.encode())
    except Invalid:
        return
    for row in rows:
        parse_row(row)


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=20)))
def test_any_cell_is_read_or_named(cells):
    found = parse_row(TableRow(line=2, cells=cells))
    assert set(found.problems) <= set(KEYS)
    assert found.facts["fiscal_year"] is not None or "fiscal_year" in found.problems


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"fiscal_year": ""}, "fiscal_year"),
        ({"fiscal_year": "平成99年度"}, "fiscal_year"),
        ({"value": "約50"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "1e400"}, None),
        ({"decimals": "1.5"}, "decimals"),
        ({"as_of": "2023-02-30"}, "as_of"),
        ({"coverage_seen": "3"}, "coverage_whole"),
        ({"interval_high": "3"}, "interval_low"),
        ({"value": "1,234"}, None),
        ({"value": "-"}, None),
        ({"as_of": "令和5年3月31日"}, None),
    ],
)
def test_each_fault_is_named_by_its_column(cells, problem):
    found = parse_row(TableRow(line=2, cells={"fiscal_year": "2023", "value": "1", **cells}))
    assert list(found.problems) == ([problem] if problem else [])


# --- judging ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def plan(db):
    return applied()


def test_rows_are_found_by_key_or_name_and_judged(plan, planning_officer):
    table = (
        "indicator,series,project,figure,fiscal_year,value,note\n"
        "kanyu,,,,2022,59.4,\n"
        "町内会加入率,,,,2023,-,調査なし\n"
        "bunka,子ども,,,2022,48,\n"
        ",,1-1-01,相談件数,2022,131,\n"
        ",,1-1-01,2,2022,0,\n"
    )
    result = judged(planning_officer, table)
    assert [row.state for row in result.rows] == ["new"] * 5
    assert [value.decimals for value in result.values] == [1, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("nobody,,,,2022,1,", "indicator"),
        (",,,,2022,1,", "indicator"),
        ("kanyu,,1-1-01,1,2022,1,", "indicator"),
        ("bunka,,,,2022,1,", "series"),
        ("bunka,老人,,,2022,1,", "series"),
        (",,9-9-99,1,2022,1,", "project"),
        (",,1-1-01,,2022,1,", "figure"),
        (",,1-1-01,9,2022,1,", "figure"),
        ("kanyu,,,,2022,,", "note"),
        ("kanyu,,,,1800,1,", "fiscal_year"),
        ("kanyu,,,,2022,x,", "value"),
    ],
)
def test_each_bad_row_says_which_cell(row, column, plan, planning_officer):
    head_line = "indicator,series,project,figure,fiscal_year,value,note\n"
    [found] = judged(planning_officer, head_line + row + "\n").rows
    assert (found.state, found.line, list(found.problems)) == ("bad", 2, [column])


def test_the_same_year_twice_names_the_first_line(plan, planning_officer):
    result = judged(planning_officer, "indicator,fiscal_year,value\nkanyu,2022,1\nkanyu,R4,2\n")
    assert [row.state for row in result.rows] == ["new", "bad"]
    assert "2" in result.rows[1].problems["fiscal_year"]


def test_another_departments_rows_are_not_hers(plan, officer, department, other_department):
    Indicator.objects.update(department=other_department)
    Node.objects.update(department=department)
    table = "indicator,project,figure,fiscal_year,value\nkanyu,,,2022,1\n,1-1-01,1,2022,1\n"
    assert [row.state for row in judged(officer, table).rows] == ["bad", "new"]


# --- through the pages -------------------------------------------------------------------------------------------------
def upload(client: Any, content: bytes, **more: Any):
    data = {
        "title": "年報",
        "source_kind": "document",
        "status": "final",
        **more,
        "file": SimpleUploadedFile("values.csv", content),
    }
    return client.post("/staff/figures/import/", data)


@pytest.fixture
def planner(client_as, city):
    return client_as(Role.PLANNING_OFFICER)


def many(count: int, bad: tuple[int, ...] = ()) -> bytes:
    """A table of that many rows over the plan's series and numbers, with bad ones at these lines."""
    lines = ["indicator,series,project,figure,fiscal_year,value,definition"]
    subjects = ["kanyu,,,", "bunka,child,,", "bunka,adult,,", ",,1-1-01,1", ",,1-1-01,2"]
    for number in range(count):
        year, version = 1950 + number // 5 % 100, number // 500 + 1
        figure = "x" if number + 2 in bad else str(number % 90)
        lines.append(f"{subjects[number % 5]},{year},{figure},{version}")
    return "\n".join(lines).encode()


def test_three_bad_rows_of_five_thousand(plan, planner):
    response = upload(planner, many(5000, bad=(17, 2500, 4999)))
    assert response.status_code == 302
    page = planner.get(response["Location"])
    text = page.content.decode()
    assert "5,000" in text
    assert [line["line"] for line in page.context["lines"]] == [17, 2500, 4999]
    assert page.context["bad"] == 3 and not Observation.objects.exists()
    assert planner.post(response["Location"], {"act": "commit"}).status_code == 422
    assert not Observation.objects.exists()


def test_a_good_table_is_entered_whole_and_the_same_again_adds_nothing(plan, planner):
    content = many(5000)
    address = upload(planner, content)["Location"]
    begun = time.process_time()
    assert planner.post(address, {"act": "commit"}).status_code == 302
    assert time.process_time() - begun < 30
    assert Observation.objects.count() == 5000
    again = upload(planner, content)["Location"]
    page = planner.get(again)
    assert page.context["enterable"] == 0
    planner.post(again, {"act": "commit"})
    assert Observation.objects.count() == 5000 and not StagedUpload.objects.exists()


def test_a_correction_in_a_table_needs_its_reason(plan, planner):
    first = f"{HEAD}\nkanyu,2022,59.4,,\n".encode("cp932")
    planner.post(upload(planner, first)["Location"], {"act": "commit"})
    page = planner.get(upload(planner, f"{HEAD}\nkanyu,2022,60.0,,\n".encode())["Location"])
    assert page.context["bad"] == 1
    address = upload(planner, f"{HEAD}\nkanyu,2022,60.0,,確報\n".encode())["Location"]
    planner.post(address, {"act": "commit"})
    assert list(Observation.objects.order_by("pk").values_list("revision", "value")) == [
        (1, Decimal("59.4")),
        (2, Decimal("60.0")),
    ]


def test_a_refused_file_keeps_what_was_typed(plan, planner):
    for content in (b"", b"\x00\x01", "名前\nx\n".encode()):
        response = upload(planner, content, locator="12ページ")
        assert response.status_code == 422
        assert 'value="12ページ"' in response.content.decode()
    response = upload(planner, many(5), title="")
    assert response.status_code == 422 and "title" in response.context["form"].errors
    assert not StagedUpload.objects.exists()


def test_a_table_of_another_person_is_not_shown(plan, planner, client_as):
    address = upload(planner, many(5))["Location"]
    stranger = client_as(Role.PLANNING_OFFICER)
    assert stranger.get(address).status_code == 302
    assert stranger.post(address, {"act": "commit"}).status_code == 302
    assert not Observation.objects.exists()
    assert planner.post(address, {"act": "discard"}).status_code == 302
    assert not StagedUpload.objects.exists()


def test_a_workbook_that_reaches_to_the_far_corner_is_refused_before_it_is_laid_out():
    """Laying out such a sheet would ask for more memory than any machine has, and end the process."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "指標 [indicator]")
        sheet.write(1048575, 16383, 1)
    with pytest.raises(Invalid):
        read_table(out.getvalue())
