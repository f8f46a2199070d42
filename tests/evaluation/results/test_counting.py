"""What is counted and compared, and how two texts are told apart."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.evaluation.queries.results import SheetRow, changes_between
from jichi.evaluation.results.bars import paired_bars
from jichi.evaluation.results.diff import LONGEST, Op, pieces
from jichi.evaluation.results.tallies import kept_promise
from jichi.evaluation.results.versions import marked
from jichi.ui.content import Text


def row(node: int, level: str) -> SheetRow:
    sheet: Any = SimpleNamespace(node_id=node, node=SimpleNamespace(code=str(node)), department=None)
    judged = {"accomplishment": level} if level else {}
    return SheetRow(
        cycle_id=1, sheet=sheet, edition=1, name=Text("", "ja"), is_corrected=False, judged=judged
    )


def test_one_is_the_best_so_a_smaller_number_is_better() -> None:
    found = changes_between(
        [row(1, "2"), row(2, "4"), row(3, "3"), row(4, "1"), row(5, "")],
        [row(1, "3"), row(2, "3"), row(3, "3"), row(9, "1"), row(5, "2")],
        "accomplishment",
    )
    assert [one.row.code for one in found.improved] == ["1"]
    assert [one.row.code for one in found.worsened] == ["2"]
    assert (found.same, found.not_compared) == (1, 2)


@pytest.mark.parametrize(
    ("key", "tally", "kept"),
    [
        ("accomplishment", {"1": 1, "2": 2, "3": 4, "4": 8, "5": 16, "": 32}, 7),
        ("progress", {"A": 1, "B": 2, "C": 4, "D": 8}, 3),
    ],
)
def test_what_is_on_target_or_better_kept_the_promise(key: str, tally: dict[str, int], kept: int) -> None:
    assert kept_promise(tally, key) == kept


WORDS = st.text(alphabet="相談は減っ増えた12,.回 \nabテスト", max_size=60)


@settings(max_examples=40)
@given(before=WORDS, after=WORDS)
def test_the_pieces_make_up_both_texts(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(one.text for one in found if one.op is not Op.OUT) == after
    assert "".join(one.text for one in found if one.op is not Op.IN) == before


def test_only_the_word_that_changed_is_marked() -> None:
    found = [(one.op, one.text) for one in pieces("相談は24件あった。", "相談は27件あった。")]
    assert found == [(Op.SAME, "相談は"), (Op.OUT, "24"), (Op.IN, "27"), (Op.SAME, "件あった。")]


def test_a_very_long_text_is_compared_by_lines() -> None:
    lines = ["あ" * 500 for _ in range(LONGEST // 500)]
    after = [*lines[:-1], "い" * 500]
    found = pieces("\n".join(lines), "\n".join(after))
    assert [one.op for one in found][-2:] == [Op.OUT, Op.IN]


def test_marked_text_is_escaped_and_names_what_was_done() -> None:
    html = marked("<b>相談</b>", "<i>相談</i>")
    assert "<b>" not in html
    assert "<del>" in html
    assert "<ins>" in html
    assert 'class="visually-hidden"' in html


def test_what_was_missing_is_a_dash_in_a_change() -> None:
    assert "-</del>" in marked("", "1,510千円", whole=True)


def test_a_bar_of_nothing_has_no_width() -> None:
    assert 'width="0.00"' in paired_bars(0, 0, 0)
