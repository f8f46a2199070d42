"""Submissions at the door."""

from __future__ import annotations

import pytest

from jichi.methods.texts.checking import LONGEST, check_submissions
from jichi.methods.texts.errors import TextError


@pytest.mark.parametrize(
    ("ids", "texts", "code", "rows"),
    [
        (["a", "b", "a"], ["", "", ""], "ids-not-unique", [1, 3]),
        (["a", 2], ["", ""], "id-not-text", [2]),
        (["a", ""], ["", ""], "id-not-text", [2]),
        (["a", "b"], ["", None], "text-not-text", [2]),
        (["a"], ["x" * (LONGEST + 1)], "text-too-long", [1]),
    ],
)
def test_what_is_refused(ids, texts, code, rows):
    with pytest.raises(TextError) as caught:
        check_submissions(ids, texts)
    assert caught.value.code == code
    assert caught.value.params["rows"] == rows


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(TextError) as caught:
        check_submissions(["a", "a", "b"], ["", None, "x" * (LONGEST + 1)])
    assert caught.value.code == "bad-submissions"
    assert [code for code, _ in caught.value.params["problems"]] == [
        "ids-not-unique",
        "text-not-text",
        "text-too-long",
    ]


@pytest.mark.parametrize(("ids", "texts"), [(["a"], []), ("ab", ["x", "y"]), (["a", "b"], "xy")])
def test_lists_of_one_length(ids, texts):
    with pytest.raises(TextError):
        check_submissions(ids, texts)


def test_flags():
    garbled = "保育園を増やしてください".encode().decode("latin-1")
    half = "保育園を増やしてください".encode().decode("cp932", "replace")
    texts = [
        "",
        " \n",
        "保育園を増やして",
        garbled,
        half,
        "a\ufffdb",
        "Ça me plaît, André",
        "\ud800",
        "x" * LONGEST,
    ]
    found = check_submissions([str(row) for row in range(len(texts))], texts)
    assert found.empty.tolist() == [True, True, *[False] * 7]
    assert found.mojibake.tolist() == [False, False, False, True, True, True, False, True, False]


def test_missing_and_repeated_ids_are_told_together():
    with pytest.raises(TextError) as caught:
        check_submissions(["1", "1", "2", ""], ["a", "b", "c", "d"])
    assert [code for code, _ in caught.value.params["problems"]] == ["id-not-text", "ids-not-unique"]
