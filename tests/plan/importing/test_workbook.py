"""Workbooks, csv and JSON: exact round trips, and every fault with its place."""

from __future__ import annotations

import copy
import io
import json
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings

from jichi.plan.importing import (
    PlanImportError,
    check_document,
    complete,
    diff_documents,
    read_plan_file,
    schema,
    workbook_template,
    write_csv,
    write_csv_bundle,
    write_workbook,
)
from tests.plan.importing import synthetic
from tests.plan.importing.strategies import documents


@pytest.fixture
def document() -> dict:
    text = "\n".join(synthetic.lines(synthetic.sample()))
    return read_plan_file(text.encode(), filename="plan.txt").document


def read(data: bytes, filename: str = "plan.xlsx") -> dict:
    return read_plan_file(data, filename=filename).document


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(documents())
def test_every_form_comes_back_exactly(document: dict) -> None:
    assert check_document(document) == ()
    for data, name in (
        (write_workbook(document), "a.xlsx"),
        (write_csv_bundle(document), "a.zip"),
        (json.dumps(document).encode(), "a.json"),
    ):
        assert read(data, name) == document, name
    assert diff_documents(document, copy.deepcopy(document)) == []


def test_the_text_readers_document_has_the_published_form(document: dict) -> None:
    assert check_document(document) == ()
    assert complete(document) == document
    assert read(write_workbook(document)) == document
    assert schema()["$schema"].endswith("2020-12/schema")


def change(document: dict, sheet: str, edit) -> bytes:
    """The workbook of a document after a person's edit in a spreadsheet program."""
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(document)))
    edit(next(s for s in book.worksheets if s.title.split()[0] == sheet))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_saved_workbook_of_another_program_is_read(document: dict) -> None:
    assert read(change(document, "points", lambda sheet: None)) == document


def test_three_bad_rows_in_five_thousand_are_the_three_reported(document: dict) -> None:
    project = document["projects"][0]
    project["figures"] = [
        {
            **project["figures"][0],
            "order": n + 1,
            "points": [
                {
                    "role": "target",
                    "fiscal_year": 2000 + y,
                    "as_of": None,
                    "value": n,
                    "printed": "",
                    "note": "",
                }
                for y in range(50)
            ],
        }
        for n in range(100)
    ]

    def edit(sheet) -> None:
        sheet["D17"], sheet["F2500"], sheet["C4999"] = "来年", "百人", "goal"

    with pytest.raises(PlanImportError) as caught:
        read(change(document, "figure_points", edit))
    places = [(p.sheet, p.row, p.cell, p.code) for p in caught.value.problems]
    name = "figure_points 年度別の値"
    assert places == [
        (name, 17, "D17", "integer"),
        (name, 2500, "F2500", "number"),
        (name, 4999, "C4999", "choice"),
    ]
    assert "figure_points 年度別の値!D17: “来年” is not a whole number." in [
        str(p) for p in caught.value.problems
    ]


def test_people_type_eras_wide_digits_and_moved_columns(document: dict) -> None:
    def edit(sheet) -> None:
        headers = {cell.value.split("[")[1].rstrip("]"): cell.column for cell in sheet[1]}
        sheet.cell(2, headers["fiscal_year"]).value = "令和7年度"
        sheet.cell(2, headers["value"]).value = "１，２３４"
        sheet.insert_cols(1)

    point = read(change(document, "points", edit))["indicators"][0]["series"][0]["points"][0]
    assert (point["fiscal_year"], point["value"]) == (2025, 1234)


def test_a_code_that_became_a_date_is_named(document: dict) -> None:
    import datetime

    def edit(sheet) -> None:
        sheet["A3"] = datetime.datetime(2026, 5, 1)

    with pytest.raises(PlanImportError) as caught:
        read(change(document, "nodes", edit))
    assert [(p.cell, p.code) for p in caught.value.problems] == [("A3", "date_in_text")]


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "code"),
    [
        ("points", "A2", "nobody", "unknown_parent"),
        ("indicators", "A3", "2-1-1-o1", "duplicate"),
        ("nodes", "B1", "謎の列", "unknown_column"),
    ],
)
def test_faults_between_sheets(document: dict, sheet: str, cell: str, value: str, code: str) -> None:
    with pytest.raises(PlanImportError) as caught:
        read(change(document, sheet, lambda page: page.__setitem__(cell, value)))
    assert code in [p.code for p in caught.value.problems]
    assert all(str(p) for p in caught.value.problems)


def test_the_template_has_every_sheet_and_no_row() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_template()))
    assert len(book.sheetnames) == 19
    assert all(sheet.max_row == 1 for sheet in book.worksheets[1:])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_single_csv_is_known_by_its_header(document: dict, encoding: str) -> None:
    text = write_csv(document)["points"]
    result = read_plan_file(text.encode(encoding), filename="points.csv")
    assert result.format == "csv"
    assert [i["series"][0]["points"] for i in result.document["indicators"]] == [
        i["series"][0]["points"] for i in document["indicators"]
    ]


def test_csv_texts_are_no_formulas(document: dict) -> None:
    document["nodes"][0]["summary"] = "=1+1"
    assert "'=1+1" in write_csv(document)["nodes"]
    assert read(write_csv_bundle(document), "a.zip") == document


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_cut_workbook_is_refused(document: dict, keep: float) -> None:
    data = write_workbook(document)
    with pytest.raises(PlanImportError) as caught:
        read(data[: int(len(data) * keep)])
    assert caught.value.code == "broken_workbook"


def test_an_archive_that_unpacks_too_far_is_refused(monkeypatch) -> None:
    from jichi.plan.importing import reading

    monkeypatch.setattr(reading, "MAX_UNPACKED", 1000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("nodes.csv", "x" * 5000)
    with pytest.raises(PlanImportError) as caught:
        read(stream.getvalue(), "a.zip")
    assert caught.value.code == "too_large"


@pytest.mark.parametrize(
    ("edit", "pointer"),
    [
        (lambda d: d["nodes"][0].update(surprise=1), "/nodes/0"),
        (lambda d: d["nodes"][1].update(parent="9"), "/nodes/1/parent"),
        (
            lambda d: d["indicators"][0]["series"][0]["points"][1].update(value="28"),
            "/indicators/0/series/0/points/1/value",
        ),
        (lambda d: d["indicators"][0].update(node="7"), "/indicators/0/node"),
        (lambda d: d["projects"][0]["figures"][0].update(initiative=99), "/projects/0/figures/0/initiative"),
        (lambda d: d["nodes"][2].update(code=d["nodes"][1]["code"]), "/nodes/2/code"),
    ],
)
def test_json_faults_have_a_pointer(document: dict, edit, pointer: str) -> None:
    edit(document)
    with pytest.raises(PlanImportError) as caught:
        read(json.dumps(document).encode(), "a.json")
    assert pointer in [p.pointer for p in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"format": "jichi', "truncated"),
        ('{"a": NaN}', "broken_json"),
        ("{]", "broken_json"),
        ("{}", "json_form"),
    ],
)
def test_broken_json(text: str, code: str) -> None:
    with pytest.raises(PlanImportError) as caught:
        read(text.encode(), "a.json")
    assert caught.value.code == code


def test_a_diff_tells_facts_and_not_prose(document: dict) -> None:
    new = copy.deepcopy(document)
    new["nodes"][0]["source_text"] = "別の文章"
    new["indicators"][0]["key"] = "other"
    assert diff_documents(document, new) == []
    new["nodes"][2]["name"] = "別の名"
    new["indicators"][0]["series"][0]["points"][0]["value"] = 99
    del new["projects"][0]["figures"][0]["points"][-1]
    new["nodes"].append({**new["nodes"][2], "code": "2-1-9"})
    changes = [(c.kind, c.field, c.old, c.new) for c in diff_documents(document, new)]
    assert ("changed", "name", document["nodes"][2]["name"], "別の名") in changes
    assert ("changed", "value", 31.5, 99) in changes
    assert len(changes) == 4
    assert {c[0] for c in changes} == {"added", "changed", "removed"}
