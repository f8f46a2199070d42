"""Many forms' answers in one workbook: each read back by itself, whatever happens to the others."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.sheets.definition import Address
from jichi.sheets.parsing import parse_definition
from jichi.sheets.reading import raw_of, read
from jichi.sheets.workbook import (
    MOST_SECTIONS,
    Cover,
    Envelope,
    Returned,
    Section,
    WorkbookError,
    answers_digest,
    bind,
    read_volume,
    read_workbook,
    workbook_problem_text,
    write_volume,
    write_workbook,
)

KEY = b"a secret of this installation"
FORM = parse_definition(
    {
        "title": {"ja": "評価シート"},
        "parts": [
            {
                "key": "judged",
                "title": {"ja": "評価"},
                "fields": [
                    {
                        "key": "grade",
                        "label": {"ja": "達成度"},
                        "type": "choice",
                        "required": True,
                        "choices": [
                            {"key": "1", "label": {"ja": "1 上回った"}},
                            {"key": "2", "label": {"ja": "2 達成"}},
                        ],
                    },
                    {"key": "why", "label": {"ja": "理由"}, "type": "long_text"},
                ],
            },
            {
                "key": "costs",
                "title": {"ja": "事業費:内訳"},
                "rows": {
                    "fixed": [
                        {"key": "estimate", "label": {"ja": "予算額"}},
                        {"key": "settled", "label": {"ja": "決算額"}},
                    ]
                },
                "fields": [
                    {"key": "cost", "label": {"ja": "事業費"}, "type": "integer", "unit": {"ja": "千円"}},
                    {"key": "twice", "label": {"ja": "倍"}, "type": "computed", "formula": "cost * 2"},
                ],
            },
            {
                "key": "results",
                "title": {"ja": "実績"},
                "rows": {"most": 4},
                "fields": [
                    {"key": "did", "label": {"ja": "したこと"}, "type": "text", "required": True},
                    {"key": "often", "label": {"ja": "回数"}, "type": "decimal", "decimals": 4},
                ],
            },
        ],
    }
)
RAW = {
    Address("grade"): "2",
    Address("why"): "目標どおり\n進んだ",
    Address("cost", "settled"): "1200",
    Address("did", "1"): "講座",
    Address("often", "1"): "12.5",
}
COVER = Cover(title="令和6年度の評価", respondent="青葉課", due="2025年5月10日")


def section(number, raw=None, **envelope):
    raw = RAW if raw is None else raw
    return Section(
        definition=FORM,
        envelope=Envelope(
            form_key="hyoka",
            form_version=1,
            form_digest=FORM.digest,
            context=f"evaluation.sheet:{number}",
            respondent="department:aoi",
            issued_at="2025-04-01T09:00:00+09:00",
            title=f"評価：{number}",
            respondent_name="青葉課",
            given=answers_digest(FORM, raw),
            **envelope,
        ),
        code=f"1-1-0{number}",
        name=f"事業{number}",
        raw=raw,
    )


def volume(*numbers, **more):
    return write_volume([section(number, **more) for number in numbers], cover=COVER, key=KEY)


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def bound(content):
    return [bind(FORM, one) for one in read_volume(content, key=KEY).sections]


def values(raw):
    return read(FORM, raw).values


# --- as it goes out ---------------------------------------------------------------------------------
def test_the_cover_lists_the_sections_and_leads_to_each():
    book = opened(volume(1, 2, 3))
    cover = book.worksheets[0]
    links = {
        cell.value: cell.hyperlink.location for row in cover.iter_rows() for cell in row if cell.hyperlink
    }
    assert list(links) == ["事業1", "事業2", "事業3"]
    assert links["事業2"] == "'1-1-02 評価'!A1"
    counts = [
        cell.value for row in cover.iter_rows() for cell in row if str(cell.value).startswith("=COUNTBLANK")
    ]
    assert len(counts) == 3
    assert "'1-1-03 評価'" in counts[2]


def test_worksheets_are_named_by_their_code_and_lead_back():
    book = opened(volume(1, 2))
    names = [one.title for one in book.worksheets if one.sheet_state == "visible"]
    assert names[1:] == [f"1-1-0{at} {part}" for at in (1, 2) for part in ("評価", "事業費 内訳", "実績")]
    page = book["1-1-02 評価"]
    assert page["B2"].value == "1-1-02 事業2　評価"
    assert any(cell.hyperlink and names[0] in cell.hyperlink.location for cell in page[2])


def test_only_answers_can_be_typed_into():
    page = opened(volume(1))["1-1-01 評価"]
    assert page.protection.sheet
    unlocked = {cell.coordinate for row in page.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {"D5", "D6"}
    assert [str(one.sqref) for one in page.data_validations.dataValidation if one.type == "list"] == ["D5"]
    assert page.page_setup.paperSize == 9
    assert page.print_area


def test_long_codes_keep_within_a_worksheets_name():
    long = [
        Section(definition=FORM, envelope=section(at).envelope, code=f"{'9' * 40}-{at}", name="長い", raw={})
        for at in (1, 2)
    ]
    names = [one.title for one in opened(write_volume(long, cover=COVER, key=KEY)).worksheets]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 31
    assert len(read_volume(write_volume(long, cover=COVER, key=KEY), key=KEY).sections) == 2


def test_the_same_sections_give_the_same_bytes():
    assert volume(1, 2) == volume(1, 2)


@pytest.mark.parametrize("count", [0, MOST_SECTIONS + 1])
def test_a_volume_has_at_least_one_section_and_not_too_many(count):
    with pytest.raises(ValueError, match="sections"):
        write_volume([section(1)] * count, cover=COVER, key=KEY)


# --- as it comes back -------------------------------------------------------------------------------
def test_each_section_is_read_with_its_own_answers():
    content = write_volume(
        [section(1), section(2, {**RAW, Address("cost", "settled"): "7"})], cover=COVER, key=KEY
    )
    found = read_volume(content, key=KEY)
    assert [one.envelope.context for one in found.sections] == ["evaluation.sheet:1", "evaluation.sheet:2"]
    assert found.problems == ()
    first, second = bound(content)
    assert first.problems == second.problems == ()
    assert values(first.raw) == values(RAW)
    assert values(second.raw)[Address("twice", "settled")] == Decimal(14)


def test_after_a_spreadsheet_program_saved_it_what_was_typed_is_there():
    book = opened(volume(1, 2))
    book["1-1-02 評価"]["D5"] = "1 上回った"
    book["1-1-02 事業費 内訳"]["C7"] = 99
    first, second = bound(saved(book))
    assert values(first.raw) == values(RAW)
    assert (values(second.raw)[Address("grade")], values(second.raw)[Address("cost", "settled")]) == ("1", 99)
    assert second.places[Address("grade")] == "1-1-02 評価!D5"


def test_a_section_that_nobody_touched_is_known_by_its_digest():
    book = opened(volume(1, 2))
    book["1-1-01 評価"]["D6"] = "ほかの理由"
    found = read_volume(saved(book), key=KEY)
    touched = [answers_digest(FORM, bind(FORM, one).raw) != one.envelope.given for one in found.sections]
    assert touched == [True, False]


def test_a_lost_worksheet_is_told_of_its_own_section_only():
    book = opened(volume(1, 2))
    del book["1-1-01 実績"]
    first, second = bound(saved(book))
    assert [one.code for one in first.problems] == ["sheet_missing"]
    assert "1-1-01 実績" in workbook_problem_text(first.problems[0])
    assert second.problems == ()


def test_a_worksheet_of_another_workbook_is_not_taken_for_this_ones():
    theirs = opened(volume(2, raw={Address("grade"): "1"}))["1-1-02 評価"]
    book = opened(volume(1))
    page = book.create_sheet("よそ")
    for row in theirs.iter_rows():
        for cell in row:
            page[cell.coordinate] = cell.value
    found = read_volume(saved(book), key=KEY)
    assert [one.code for one in found.problems] == ["added_sheet"]
    assert values(bind(FORM, found.sections[0]).raw) == values(RAW)


def test_a_changed_envelope_spoils_only_its_section():
    book = opened(volume(1, 2))
    hidden = book["_jichi"]
    sealed = [cell for row in hidden.iter_rows() for cell in row if cell.value == "envelope"]
    beside = hidden.cell(sealed[0].row, 2)
    beside.value = beside.value[:-4] + "0000"
    first, second = read_volume(saved(book), key=KEY).sections
    assert first.code == "envelope_changed"
    assert isinstance(second, Returned)


def test_without_the_hidden_sheet_the_envelopes_beside_it_count():
    book = opened(volume(1, 2))
    del book["_jichi"]
    found = read_volume(saved(book), key=KEY)
    assert [one.envelope.context for one in found.sections] == ["evaluation.sheet:1", "evaluation.sheet:2"]
    reading = bind(FORM, found.sections[1])
    assert {one.code for one in reading.problems} == {"binding_lost"}
    assert values(reading.raw) == values(RAW)


def test_a_note_on_the_cover_and_an_added_sheet_are_told():
    book = opened(volume(1))
    book.worksheets[0]["B30"] = "担当者へ"
    book.create_sheet("メモ")["A1"] = "覚え書き"
    texts = [workbook_problem_text(one) for one in read_volume(saved(book), key=KEY).problems]
    assert any("担当者へ" in text and "B30" in text for text in texts)
    assert any("覚え書き" in text for text in texts)


def test_a_workbook_of_one_form_is_a_volume_of_one():
    one = section(1)
    content = write_workbook(FORM, envelope=one.envelope, cover=COVER, key=KEY, raw=RAW)
    (found,) = read_volume(content, key=KEY).sections
    assert values(bind(FORM, found).raw) == values(RAW)
    assert answers_digest(FORM, bind(FORM, found).raw) == one.envelope.given


def test_a_volume_is_no_workbook_of_one_form_and_a_strange_key_opens_none():
    with pytest.raises(WorkbookError) as caught:
        read_workbook(volume(1, 2), key=KEY)
    assert caught.value.problem.code == "no_envelope"
    (found,) = read_volume(volume(1), key=b"another").sections
    assert found.code == "envelope_changed"
    (older,) = read_volume(volume(1), key=b"another", older_keys=[KEY]).sections
    assert isinstance(older, Returned)


texts = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20).map(str.strip)
answers = st.fixed_dictionaries(
    {},
    optional={
        Address("grade"): st.sampled_from(["1", "2"]),
        Address("why"): texts,
        Address("cost", "estimate"): st.integers(0, 10**12).map(str),
        Address("cost", "settled"): st.integers(0, 10**12).map(str),
        Address("did", "1"): texts,
        Address("often", "1"): st.decimals(0, 10**6, places=4).map(lambda one: f"{one:f}"),
    },
)


@settings(max_examples=20)
@given(st.lists(answers, min_size=1, max_size=3))
def test_whatever_was_typed_comes_back(typed):
    canonical = [raw_of(read(FORM, raw).values, FORM) for raw in typed]
    content = write_volume(
        [section(at, raw) for at, raw in enumerate(canonical, start=1)], cover=COVER, key=KEY
    )
    for raw, one in zip(canonical, read_volume(content, key=KEY).sections, strict=True):
        reading = bind(FORM, one)
        assert values(reading.raw) == values(raw)
        assert answers_digest(FORM, reading.raw) == one.envelope.given
