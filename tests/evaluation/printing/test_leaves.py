"""What stands on a printed sheet."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from jichi.evaluation.printing.chapters import changes_blocks, summary_blocks
from jichi.evaluation.printing.leaves import leaf_of, mark_of, without_mark
from jichi.evaluation.printing.measures import totals_blocks
from jichi.evaluation.printing.templates import CHAPTERS, templates
from jichi.ui.paper.covering import printable
from jichi.ui.paper.document import Bars, Judgement, Leaf, Note, Printed, Table, Text, as_json
from jichi.ui.paper.pdf import _covered, pages_of, pdf_of
from jichi.ui.paper.workbook import workbook_of

from .sample import DIGEST, FORM, content


def blocks(kind: type, leaf: Leaf) -> list[Any]:
    return [block for block in leaf.blocks if isinstance(block, kind)]


def test_the_judgement_stands_first_with_its_reason_and_not_twice() -> None:
    leaf = leaf_of(content(), FORM)
    first = blocks(Judgement, leaf)[0]
    assert (first.mark, first.meaning, first.reason) == ("3", "目標どおり", "参加者が目標に届いた。")
    assert leaf.mark == "3"
    assert [one.label for one in blocks(Judgement, leaf)] == ["達成度の判定", "今後の方向性"]
    assert not [one for one in blocks(Text, leaf) if one.text == "参加者が目標に届いた。"]


def test_a_direction_has_its_roman_number() -> None:
    assert blocks(Judgement, leaf_of(content(), FORM))[1].mark == "Ⅱ"
    assert mark_of("direction", "6") == "Ⅵ"
    assert mark_of("direction", "7") == "7"


def test_an_empty_cell_is_a_dash_and_never_zero() -> None:
    table = next(one for one in blocks(Table, leaf_of(content(), FORM)) if len(one.columns) == 3)
    assert table.rows == [
        ["事業費（千円）", "12,000", "11,800"],
        ["人件費（千円）", "8,000", "-"],
        ["総コスト（千円）", "20,000", "-"],
    ]


def test_zero_is_printed_as_zero() -> None:
    table = next(
        one
        for one in blocks(Table, leaf_of(content(**{"project_cost.settled": "0"}), FORM))
        if len(one.columns) == 3
    )
    assert table.rows[0][2] == "0"


def test_a_sheet_without_judgement_says_so() -> None:
    leaf = leaf_of(content(accomplishment=None), FORM)
    assert leaf.mark == "-"


@pytest.mark.parametrize(
    ("label", "mark", "left"),
    [
        ("3 目標どおり", "3", "目標どおり"),
        ("Ⅱ　改善", "Ⅱ", "改善"),
        ("30人", "3", "30人"),
        ("改善", "2", "改善"),
        ("A", "A", "A"),
    ],
)
def test_a_mark_is_not_said_twice(label: str, mark: str, left: str) -> None:
    assert without_mark(label, mark) == left


def test_a_sheet_in_english_has_no_japanese_words_of_ours() -> None:
    with translation.override("en"):
        leaf = leaf_of(content(), FORM)
    assert blocks(Judgement, leaf)[0].label == "達成度の判定 (en)"
    labels = [label for block in leaf.blocks if hasattr(block, "rows") for label, *_rest in block.rows]
    assert "Evaluation" in labels


def test_the_spread_counts_only_what_was_judged() -> None:
    made = list(
        summary_blocks(
            [content("A-1"), content("A-2", accomplishment="4"), content("A-3", accomplishment=None)],
            [content("A-1", 2024, accomplishment="4")],
            {DIGEST: FORM},
        )
    )
    bars = next(one for one in made if isinstance(one, Bars))
    assert bars.rows == [
        ("1 大きく上回った", 0, 0),
        ("3 目標どおり", 1, 0),
        ("4 下回った", 1, 1),
    ]
    assert any(isinstance(one, Note) for one in made)


def test_better_and_worse_follow_the_order_in_which_one_is_best() -> None:
    now = [content("A-1", accomplishment="1"), content("A-2", accomplishment="4"), content("A-3")]
    then = [content(code, 2024) for code in ("A-1", "A-2", "A-3")]
    tables = [one for one in changes_blocks(now, then) if isinstance(one, Table)]
    assert [[row[0] for row in one.rows] for one in tables] == [["A-1"], ["A-2"]]
    assert list(tables[0].rows[0][2:]) == ["3", "1"]


def test_sums_leave_out_what_is_missing_and_say_how_many() -> None:
    table = next(iter(totals_blocks([content("A-1"), content("A-2", **{"total.settled": "500"})])))
    assert isinstance(table, Table)
    assert table.rows[-1][2:] == ["2", "40,000", "500"]
    assert "1" in table.note


def test_every_template_has_known_chapters_and_words() -> None:
    for one in templates().values():
        assert {chapter.kind for chapter in one.chapters} <= set(CHAPTERS)
        assert {"ja", "en", "ja-simple"} <= set(one.title)


def printed(count: int = 1, **changes: Any) -> Printed:
    return Printed(
        title="見本", leaves=[leaf_of(content(f"M-1-{n:02}"), FORM) for n in range(count)], **changes
    )


def test_a_pdf_is_tagged_titled_and_in_japanese() -> None:
    made = pdf_of(
        printed(
            2,
            footer="見本市",
            contents="目次",
            index="索引",
            index_heads=("a", "b", "c", "d"),
            cover=("表紙",),
        )
    )
    assert made.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in made and b"/StructTreeRoot" in made and b"/Lang" in made
    assert b"pdfuaid:part" in made
    assert pages_of(made) == 5


def test_a_long_pdf_is_set_in_a_process_of_its_own() -> None:
    assert pages_of(pdf_of(printed(41))) == 41


def test_a_document_without_leaves_is_refused() -> None:
    with pytest.raises(ValueError, match="no page"):
        pdf_of(printed(0))


@pytest.mark.parametrize("text", ["=1+1", "\u202e逆さ", "𠮷野家😀", "<b>*#_$", "長い" * 3000, "\ufffd"])
def test_whatever_was_written_is_set_as_it_is(text: str) -> None:
    leaf = leaf_of(content(accomplishment_reason=text, purpose=text), FORM)
    document = Printed(title=text[:50], leaves=[leaf])
    assert pages_of(pdf_of(document)) >= 1
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(document)))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(text[:20] in str(cell.value) for cell in cells)


def test_worksheets_of_like_names_are_told_apart() -> None:
    leaves = [
        Leaf(title="長い題" * 20, blocks=[]),
        Leaf(title="長い題" * 20, blocks=[]),
        Leaf(title="[a]:*?/\\", blocks=[]),
    ]
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(Printed(title="x", leaves=leaves))))
    assert len({name.casefold() for name in book.sheetnames}) == 3


def test_a_character_the_typeface_lacks_is_marked_and_said() -> None:
    assert printable("花😀") == ("花〓", True)
    assert printable("花火\u200b") == ("花火\u200b", False)
    leaf = leaf_of(content(purpose="花😀"), FORM)
    said = Printed(title="x", leaves=[leaf], lacking="〓は字がない印")
    assert _covered(as_json(said))[0]["blocks"][-1] == {"kind": "note", "text": "〓は字がない印"}
    assert _covered(as_json(printed(1, lacking="〓")))[0]["blocks"][-1]["text"] != "〓"
