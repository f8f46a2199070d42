"""The workbook as it goes out: what is locked, what is checked while typing, what is said, how it prints."""

from __future__ import annotations

import io
import shutil
import subprocess
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from jichi.methods.expressions import parse
from jichi.sheets.definition import Address, Choice, Definition, Field, FieldType, Filler, Part, Rows
from jichi.sheets.parsing import parse_definition
from jichi.sheets.reading import read
from jichi.sheets.workbook import WorkbookError, bind, cell_name, read_workbook
from jichi.sheets.workbook.formulas import Formulas
from jichi.sheets.workbook.layout import SheetNames, plan_sheets

from .samples import COUNCILS
from .workbooks import ALL, FILLED, KEY, answer, bound, changed, fill_in, told, written
from .workbooks import FORM as WHOLE

FORM = parse_definition(COUNCILS)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def texts(sheet: Any) -> set[str]:
    return {str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None}


# --- sheets -----------------------------------------------------------------------------------------------
def test_there_is_a_cover_a_sheet_for_each_part_and_a_hidden_one():
    book = opened(written(FORM))
    assert book.sheetnames[1:] == ["設置の有無", "審議会等の一覧", "課長の確認", "_jichi"]
    assert book["_jichi"].sheet_state == "veryHidden"
    assert all(sheet.protection.sheet for sheet in book.worksheets)
    cover = texts(book.worksheets[0])
    assert {"協働の実績について（照会）", "令和8年3月31日", "令和8年5月29日", "市民局", "企画調整課"} <= cover
    assert any("分からないことは企画調整課へ" in text for text in cover)


def test_parts_that_may_not_be_seen_are_left_out():
    hidden = {**COUNCILS["parts"][2], "see": ["checker"]}
    form = parse_definition({**COUNCILS, "parts": [*COUNCILS["parts"][:2], hidden]})
    assert "課長の確認" not in opened(written(form)).sheetnames
    assert "課長の確認" in opened(written(form, fill=Filler.CHECKER)).sheetnames


def test_names_of_sheets_fit_and_are_there_once():
    names = SheetNames("Cover")
    assert names.take("a/b:c*d?[e]\\f") == "a b c d e f"
    assert names.take("'quoted'") == "quoted"
    long = "とても長いシートの名前がここにあります。どこまでも続きます。おわり"
    assert names.take(long) == long[:31]
    assert names.take(long) == long[:27] + " (2)"
    assert names.take("COVER") == "COVER (2)"
    assert names.take("History") == "History (2)"
    assert names.take("：") != names.take("?")
    emoji = names.take("🏙" * 40)
    assert len(emoji.encode("utf-16-le")) // 2 <= 31


def test_only_answers_are_unlocked():
    book = opened(written(WHOLE))
    unlocked = {
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book.worksheets
        for line in sheet.iter_rows()
        for cell in line
        if not cell.protection.locked
    }
    reading = bound(WHOLE, written(WHOLE))
    computed = reading.places[Address("share")]
    choices = {"概要!D15", "概要!D16"}
    assert unlocked == set(reading.places.values()) - {computed} | choices


def test_answers_are_checked_while_typing():
    form = parse_definition(
        {
            "title": {"ja": "x"},
            "parts": [
                {
                    "key": "p",
                    "title": {"ja": "部"},
                    "fields": [
                        {
                            "key": "n",
                            "label": {"ja": "数"},
                            "type": "integer",
                            "least": 0,
                            "most": 50,
                            "hint": {"ja": "書き方です"},
                        },
                        {
                            "key": "k",
                            "label": {"ja": "種類"},
                            "type": "choice",
                            "choices": [
                                {"key": f"c{at}", "label": {"ja": f"とても長い, 選択肢の名前です{at}"}}
                                for at in range(40)
                            ],
                        },
                        {"key": "d", "label": {"ja": "日"}, "type": "date"},
                        {"key": "t", "label": {"ja": "文"}, "type": "text", "most": 10},
                        {"key": "y", "label": {"ja": "可否"}, "type": "yes_no"},
                    ],
                }
            ],
        }
    )
    book = opened(written(form))
    rules = {str(rule.sqref): rule for rule in book["部"].data_validations.dataValidation}
    number, choice, day, text, yes = (rules[f"D{row}"] for row in range(5, 10))
    assert (number.type, number.operator, float(number.formula1), float(number.formula2)) == (
        "whole",
        None,
        0,
        50,
    )
    assert "書き方です" in number.prompt and number.promptTitle == "数"
    assert choice.type == "list" and choice.formula1.startswith("'_jichi'!")
    source = choice.formula1.partition("!")[2].replace("$", "")
    listed = [cell.value for line in book["_jichi"][source] for cell in line]
    assert listed == [f"とても長い, 選択肢の名前です{at}" for at in range(40)]
    assert (day.type, text.type, text.formula1, yes.type) == ("date", "textLength", "10", "list")


def test_numbers_days_and_texts_have_their_formats():
    book = opened(written(WHOLE))
    formats = {
        key: answer(book, WHOLE, key).number_format for key in ("people", "rate", "since", "year", "name")
    }
    assert formats == {"people": "#,##0", "rate": "#,##0.0", "since": "yyyy/m/d", "year": "@", "name": "@"}


def test_units_hints_and_what_is_required_stand_beside_in_words():
    book = opened(written(FORM))
    with translation.override("ja"):
        required = translation.pgettext("workbook", "Required")
    first = [cell.value for cell in book["設置の有無"][5]]
    assert first[1:3] == ["所管する審議会等がありますか", required]
    total = [cell.value for cell in book["設置の有無"][7]]
    assert "人" in total
    table = texts(book["審議会等の一覧"])
    assert any("４月１日現在" in text for text in table)


def test_the_return_before_stands_beside_and_is_not_read():
    previous = read(FORM, {Address("held"): "no", Address("reason"): "昨年は所管なし"}).values
    content = written(FORM, previous=previous)
    book = opened(content)
    assert "昨年は所管なし" in texts(book["設置の有無"])
    assert bound(FORM, content).raw == {} and told(bound(FORM, content)) == []
    over = changed(content, lambda book: setattr(book["設置の有無"]["F6"], "value", "今年も所管なし"))
    assert [one.code for one in bound(FORM, over).problems] == ["outside"]
    table = {Address("held"): "yes", Address("name", "1"): "A", Address("members", "1"): "7"}
    beside = opened(written(FORM, previous=read(FORM, table).values))["審議会等の一覧"]
    assert [cell.value for cell in beside[8]][3] == "A" and 7 in [cell.value for cell in beside[8]]


def test_it_prints_on_a4_with_heads_on_each_page():
    for sheet in opened(written(WHOLE)).worksheets[1:4]:
        assert sheet.page_setup.paperSize == "9" or sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToWidth in (1, None) and sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows
        assert sheet.freeze_panes is not None
        assert sheet.column_dimensions["A"].hidden and sheet.row_dimensions[1].hidden


def test_a_draft_with_more_rows_than_the_form_takes_keeps_them():
    raw = {Address("held"): "yes"} | {Address("name", str(at)): f"審議会{at}" for at in range(1, 15)}
    reading = bound(FORM, written(FORM, raw=raw))
    assert told(reading) == []
    assert {address: text for address, text in reading.raw.items() if address.field == "name"} == {
        address: text for address, text in raw.items() if address.field == "name"
    }


def test_what_is_wrong_in_a_draft_goes_out_as_it_was_typed():
    raw = {
        Address("people"): "約30",
        Address("since"): "いつか",
        Address("kind"): "なにか",
        Address("rate"): "1,2",
    }
    assert bound(WHOLE, written(WHOLE, raw=raw)).raw == raw


def test_a_text_longer_than_a_cell_is_not_cut_unseen():
    with pytest.raises(WorkbookError, match="text_too_long") as caught:
        written(WHOLE, raw={Address("memo"): "あ" * 32_768})
    assert (caught.value.problem.sheet, caught.value.problem.cell) == ("概要", "D7")


def test_texts_that_begin_as_formulas_or_links_stay_texts():
    raw = {Address("name"): '=HYPERLINK("http://x")', Address("memo"): "http://example.jp\n+1"}
    content = written(WHOLE, raw=raw)
    assert bound(WHOLE, content).raw == raw
    assert answer(opened(content), WHOLE, "name").data_type == "s"


def test_it_speaks_the_language_asked_for():
    content = written(FORM, language="en")
    assert opened(content).sheetnames[:3] == ["Cover", "Whether there are any", "Councils"]
    returned = fill_in(FORM, content, {Address("held"): "no", Address("reason"): "none"}, "en")
    assert told(bound(FORM, returned)) == []
    assert read(FORM, bound(FORM, returned).raw).values == {Address("held"): False, Address("reason"): "none"}


# --- formulas -----------------------------------------------------------------------------------------------
def formula(text: str, form: dict[str, Any] = ALL) -> str:
    """The formula of a computed field over the form's other fields; empty: left to the server."""
    parse(text)
    first = form["parts"][0]
    asked = {"key": "extra", "label": {"ja": "計"}, "type": "computed", "formula": text}
    definition = parse_definition(
        {**form, "parts": [{**first, "fields": [*first["fields"], asked]}, *form["parts"][1:]]}
    )
    plans = plan_sheets(definition, language="ja", fill=Filler.RESPONDENT)
    slot = next(slot for slot in plans[0].slots if slot.address.field == "extra")
    return Formulas(definition, plans, language="ja", yes="はい", no="いいえ").computed(plans[0], slot)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("people + women * 2", "(IF(ISNUMBER($D$8),$D$8,NA())+("),
        ("sum(times)", "IF(OR(COUNT('区別'!$C$6:$C$8)<3),NA(),SUM('区別'!$C$6:$C$8))"),
        ("sum(members)", "SUM('団体'!$D$6:$D$10)"),
        ("round(rate, 1)", "ROUND("),
        ('if_(kind == "a", 1, 2)', 'EXACT($D$14,"委託")'),
        ("if_(held, people, 0)", 'EXACT($D$17,"はい")'),
        ('if_(has(whom, "y"), 1, 0)', 'EXACT($D$16,"○")'),
        ("max(times) - min(times)", "MAX("),
        ("count(group)", "SUMPRODUCT(--('団体'!$C$6:$C$10<>\"\"))"),
        ("-people", "(-IF(ISNUMBER"),
    ],
)
def test_formulas_are_said_in_the_spreadsheets_words(text, part):
    found = formula(text)
    assert part in found and found.startswith("=IFERROR(ROUND(")


@pytest.mark.parametrize("text", ["year - 2000", 'if_(since > "2020-01-01", 1, 0)', "count(whom)"])
def test_what_has_no_exact_counterpart_is_left_to_the_server(text):
    assert formula(text) == ""


def test_a_cell_not_asked_for_turns_grey():
    sheet = opened(written(FORM))["設置の有無"]
    rules = {
        str(place.sqref): rule[0].formula for place, rule in sheet.conditional_formatting._cf_rules.items()
    }
    assert set(rules) == {"D6"} and "EXACT($D$5" in rules["D6"][0]


# --- in a spreadsheet program -------------------------------------------------------------------------------
OFFICE = shutil.which("soffice")


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_a_spreadsheet_program_computes_the_same_and_loses_nothing(tmp_path: Path):
    raw = {**FILLED, Address("times", "north"): "2", Address("heads", "north"): "15", Address("rate"): "82.5"}
    definition = parse_definition(
        {
            **ALL,
            "parts": [
                *ALL["parts"],
                {
                    "key": "sums",
                    "title": {"ja": "合計"},
                    "fields": [
                        {"key": key, "label": {"ja": key}, "type": "computed", "decimals": 1, "formula": text}
                        for key, text in {
                            "s1": "sum(heads) / sum(times)",
                            "s2": "sum(members)",
                            "s3": 'if_(kind == "b" and held, people, 0)',
                            "s4": "max(heads) - min(heads)",
                            "s5": 'if_(has(whom, "y"), round(rate, 0), 0)',
                            "s6": "people / (women - 60)",
                            "s7": "count(group)",
                        }.items()
                    ],
                },
            ],
        }
    )
    (tmp_path / "a.xlsx").write_bytes(fill_in(definition, written(definition), raw))
    subprocess.run(
        [str(OFFICE), f"-env:UserInstallation=file://{tmp_path}/home", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(tmp_path / "a.xlsx")],
        check=True,
        capture_output=True,
        timeout=180,
    )  # fmt: skip
    content = (tmp_path / "out" / "a.xlsx").read_bytes()
    returned = read_workbook(content, key=KEY)
    reading = bind(definition, returned)
    assert told(reading) == []
    expected = read(definition, raw).values
    assert read(definition, reading.raw).values == expected
    cells = {
        f"{sheet.name}!{cell_name(*place)}": cell
        for sheet in returned.book.sheets
        for place, cell in sheet.cells.items()
    }
    for key in ("share", "s1", "s2", "s3", "s4", "s5", "s6", "s7"):
        shown = cells[reading.places[Address(key)]].text
        value = expected.get(Address(key))
        assert (Decimal(shown) if shown else None) == value, key


# --- size ---------------------------------------------------------------------------------------------------
def large_form(fields: int = 300) -> Definition:
    """A form of 300 questions: ten parts, two of them tables over twelve months."""
    per = fields // 10
    parts = []
    for at in range(10):
        part: dict[str, Any] = {"key": f"p{at}", "title": {"ja": f"第{at + 1}部"}}
        if at >= 8:
            part["rows"] = {"fixed": [{"key": f"m{m}", "label": {"ja": f"{m}月"}} for m in range(1, 13)]}
        part["fields"] = [
            {
                "key": f"f{at}_{place}",
                "label": {"ja": f"設問{at}-{place}の人数"},
                "type": "integer",
                "unit": {"ja": "人"},
                "hint": {"ja": "4月1日現在の人数です。"},
                "least": 0,
            }
            for place in range(per)
        ]
        parts.append(part)
    return parse_definition({"title": {"ja": "大きな調査"}, "parts": parts})


def test_a_form_of_300_questions_is_written_and_read_in_time():
    form = large_form()
    begun = time.process_time()
    content = written(form)
    wrote = time.process_time() - begun
    begun = time.process_time()
    reading = bound(form, content)
    took = time.process_time() - begun
    assert told(reading) == [] and len(reading.places) == 240 + 60 * 12
    # About 0.25 s and 0.15 s on one core; ten times as much is a mistake.
    assert wrote < 3 and took < 3


def test_a_form_that_no_workbook_holds_is_not_written():
    choices = tuple(Choice(key=f"c{at}", label={"ja": f"選択肢{at}"}) for at in range(200))
    fields = tuple(
        Field(key=f"f{at}", label={"ja": f"問{at}"}, type=FieldType.CHOICES, choices=choices)
        for at in range(60)
    )
    for asked in (fields, fields[:1]):  # too wide, too many
        part = Part(key="p", title={"ja": "部"}, fields=asked, rows=Rows(most=500))
        with pytest.raises(WorkbookError, match="form_too_large"):
            written(Definition(title={"ja": "大きすぎる"}, parts=(part,)))


def test_rows_that_were_made_up_are_refused():
    def make_up(book: openpyxl.Workbook) -> None:
        book["団体"]["A60"].value = "jichi:row:9999"

    assert read(WHOLE, bound(WHOLE, changed(written(WHOLE), make_up)).raw).values == {}
