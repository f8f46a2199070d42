"""``jichi survey`` as a person at a terminal meets it."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from jichi.config.cli import program
from jichi.config.cli.console import Failure

from .conftest import Installation

ANSWERS = """w,ward,well,age
9,北,yes,30
9,北,no,
6,南,yes,50
6,南,yes,70

6,南,no,40
"""
RECIPE: dict[str, Any] = {
    "format": "jichi-survey/1",
    "design": {"weights": "w", "strata": ["ward"]},
    "margins": [{"by": ["ward"], "totals": {"北": 20, "南": 20}}],
    "questions": [
        {"title": "Well-being", "column": "well", "kind": "share", "answers": ["yes"], "by": ["ward"]},
        {"column": "age", "kind": "mean"},
    ],
}


def run(
    folder: Path, *options: str, answers: str | bytes = ANSWERS, recipe: dict[str, Any] | str = RECIPE
) -> Result:
    file, described = folder / "answers.csv", folder / "recipe.json"
    file.write_bytes(answers if isinstance(answers, bytes) else answers.encode())
    described.write_text(recipe if isinstance(recipe, str) else json.dumps(recipe), encoding="utf-8")
    return CliRunner().invoke(program, ["survey", str(file), "--recipe", str(described), *options])


def message(done: Result) -> str:
    assert isinstance(done.exception, Failure), done.output
    return str(done.exception)


def test_numbers_come_with_their_intervals(tmp_path: Path):
    done = run(tmp_path)
    assert done.exit_code == 0
    assert "5 of 5 rows answered" in done.output
    # 20 × 1/2 + 20 × 2/3 of 40 people.
    assert "all                          58.3%" in done.output
    assert "北" in done.output


def test_json_tells_what_the_numbers_follow_from(tmp_path: Path):
    document = json.loads(run(tmp_path, "--json").stdout)
    assert set(document["made_from"]) == {"jichi", "answers_sha256", "recipe_sha256"}
    share, north, south, age = document["estimates"]
    assert share["value"] == pytest.approx(7 / 12)
    assert (north["group"], south["value"]) == ({"ward": "北"}, pytest.approx(2 / 3))
    assert (age["n"], age["left_out"]) == (4, 1)


def test_a_file_of_a_japanese_spreadsheet_is_read(tmp_path: Path):
    assert run(tmp_path, answers=ANSWERS.encode("cp932")).stdout == run(tmp_path).stdout


def test_what_is_wrong_is_told_by_the_line_of_the_file(tmp_path: Path):
    words = message(run(tmp_path, answers=ANSWERS.replace("6,南,no,40", "6,南,no,四十")))
    assert "line 7" in words and "'age'" in words
    words = message(run(tmp_path, answers=ANSWERS.replace("6,南,no,40", "0,南,no,40")))
    assert "line 7" in words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"recipe": "not json"}, "is not JSON"),
        ({"recipe": {**RECIPE, "questions": []}}, "questions"),
        ({"recipe": {**RECIPE, "design": {"weight": "w"}}}, "weight"),
        ({"recipe": {**RECIPE, "questions": [{"column": "well", "kind": "share"}]}}, "answers"),
        ({"answers": "w,ward\n"}, "no rows"),
        ({"answers": ""}, "cannot be read"),
        ({"answers": b"\x00\x01\x02"}, "cannot be read"),
        ({"answers": "w,w\n1,2\n"}, "two columns called w"),
        ({"answers": "w,ward\n1,a,b\n"}, "line 2"),
        ({"answers": "w,ward,well,age\n1,北,yes,3\n"}, "one row"),
    ],
)
def test_what_cannot_be_used_is_one_message(tmp_path: Path, changes: dict[str, Any], words: str):
    assert words in message(run(tmp_path, **changes))


@pytest.mark.parametrize("cell", ["nan", "inf", "1_0", "1e300"])
def test_what_only_a_programmer_calls_a_number_is_none(tmp_path: Path, cell: str):
    """``nan`` was counted as an answer left out, and ``1_0`` as ten."""
    words = message(run(tmp_path, answers=ANSWERS.replace("6,南,no,40", f"6,南,no,{cell}")))
    assert "line 7" in words and "'age'" in words


def test_full_width_digits_are_digits(tmp_path: Path):
    assert run(tmp_path, answers=ANSWERS.replace(",40", ",４０")).stdout == run(tmp_path).stdout


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"南": 20', '"北": 20', "stands twice"),
        ('"南": 20', '"南": NaN', "finite"),
        ('"南": 20', f'"南": 1{"0" * 400}', "longer"),
    ],
)
def test_a_recipe_says_each_thing_once_and_in_numbers(tmp_path: Path, old: str, new: str, words: str):
    text = json.dumps(RECIPE, ensure_ascii=False)
    assert old in text
    assert words in message(run(tmp_path, recipe=text.replace(old, new)))


def test_a_recipe_nested_without_end_is_refused(tmp_path: Path):
    assert "nested" in message(run(tmp_path, recipe="[" * 100_000))


def test_a_recipe_of_a_plain_editor_is_read(tmp_path: Path):
    marked = "\ufeff" + json.dumps(RECIPE)
    assert run(tmp_path, recipe=marked).stdout == run(tmp_path).stdout


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ("", "it is empty"),
        (b"\x00\x01\x02", "UTF-8 or Shift_JIS"),
        (b"PK\x03\x04 no workbook", "damaged"),
        ('w,ward\n1,"a\n', "not closed"),
        ("w\n" + "1\n" * 300_001, "300,000 rows"),
    ],
)
def test_why_a_file_cannot_be_read_is_told_in_words(tmp_path: Path, answers: str | bytes, words: str):
    assert words in message(run(tmp_path, answers=answers))


def test_a_cell_in_error_is_no_empty_answer(tmp_path: Path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (["w", "ward", "well", "age"], [9, "北", "yes", 30], [6, "南", "no", "#N/A"]):
        sheet.append(row)
    sheet["D3"].data_type = "e"
    file = BytesIO()
    workbook.save(file)
    assert "D3" in message(run(tmp_path, answers=file.getvalue()))


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "誤差は±"), ("ja-simple", "100回の うち"), ("en", "sure to within")]
)
def test_what_the_numbers_can_tell_is_said_in_each_language(tmp_path: Path, language: str, words: str):
    answers = "w,ward,well,age\n" + "9,北,yes,30\n9,北,no,40\n6,南,yes,50\n6,南,no,70\n" * 60
    recipe = {**RECIPE, "margins": [{"by": ["ward"], "totals": {"北": 90, "南": 10}}]}
    document = json.loads(
        run(tmp_path, "--json", "--language", language, answers=answers, recipe=recipe).stdout
    )
    assert document["language"] == language
    assert any(words in text for text in document["told"])
    assert not any("&#" in text or "%(" in text for text in document["told"])


def test_saying_it_leaves_nothing_behind(tmp_path: Path, bare: Installation):
    file, described = tmp_path / "answers.csv", tmp_path / "recipe.json"
    file.write_text(ANSWERS, encoding="utf-8")
    described.write_text(json.dumps(RECIPE), encoding="utf-8")
    done = bare.run("survey", str(file), "--recipe", str(described), "--language", "ja")
    assert done.returncode == 0
    assert "ポイント" in done.stdout
    assert not list(bare.home.glob("*"))
